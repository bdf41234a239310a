import type { Value } from '../object.ts';

/** Parts of the language that the types of TypeScript 7.0 lack. */
interface ExactJson {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): Value;
}

const exactJson = JSON as unknown as ExactJson;

// Lets JSON.stringify print bigints with all of their digits.
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value: function toJson(this: bigint): unknown {
    return exactJson.rawJSON(String(this));
  },
  configurable: true,
});

const longInteger = /(?:^|[[:,\s])-?\d{16,}\s*(?:[\],}]|$)/;

/**
 * Parses JSON like an API server, which keeps integers of 64 bits: those beyond the precision of a number are bigints.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): Value {
  return longInteger.test(text) ? exactJson.parse(text, exactly) : JSON.parse(text);
}

function exactly(_: string, value: unknown, { source = '' }: { readonly source?: string }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const isInteger = /^-?\d+$/.test(source);
  return isInteger && Math.abs(value) < 2 ** 64 ? BigInt(source) : value;
}
