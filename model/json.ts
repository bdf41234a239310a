/** JSON with integers of 64 bits. A bigint stands for each integer that a number cannot hold exactly. */

/** Parts of the language that the types of TypeScript 7.0 lack. */
interface ExactJson {
  /** Returns a value that JSON.stringify prints as the given text. */
  rawJSON(text: string): unknown;
  /** The source is the text of a number. */
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}

const exactJson = JSON as unknown as ExactJson;

// JSON.stringify would refuse a bigint. Nothing else is a natural JSON form of it.
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value: function toJson(this: bigint): unknown {
    return exactJson.rawJSON(String(this));
  },
  configurable: true,
});

/** Match what JSON.parse would change: integers that a number may not hold, and halves of characters. */
const [longInteger, half] = [/(?:^|[[:,\s])-?\d{16,}\s*(?:[\],}]|$)/, /\\u[dD][89a-fA-F]/] as const;

/** Reports whether JSON.parse would change a value. The first, quick searches decide for most texts. */
function isLossy(text: string): boolean {
  if (/\d{16}/.test(text) && longInteger.test(text)) return true;
  return text.includes('\\u') && half.test(text);
}

/**
 * Parses JSON as kubectl does: integers keep all of their digits, and half of a character becomes U+FFFD.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): unknown {
  return isLossy(text) ? exactJson.parse(text, exactly) : JSON.parse(text);
}

function exactly(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source !== undefined && /^-?\d+$/.test(source) ? exactInteger(BigInt(source)) : value;
}

/** Returns an integer as a number, or as a bigint if a number would differ; rounds it beyond 64 bits. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  const fits = value >= -(2n ** 63n) && value < 2n ** 64n;
  return !fits || Number.isSafeInteger(number) ? number : value;
}
