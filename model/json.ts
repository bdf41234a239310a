/** Matches what JSON.parse would not keep: integers that a double may not hold, and halves of characters. */
const lossy = /(?:^|[[:,\s])-?\d{16,}\s*(?:[\],}]|$)|\\u[dD][89a-fA-F]/;

/**
 * Parses JSON as kubectl does: integers of 64 bits that a double cannot hold are bigints, and half of a
 * character becomes U+FFFD.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): unknown {
  return lossy.test(text) ? JSON.parse(text, exactly as Reviver) : JSON.parse(text);
}

/** The types of TypeScript 7.0 lack the third argument, which has the text of a number. */
type Reviver = (key: string, value: unknown) => unknown;

function exactly(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source !== undefined && /^-?\d+$/.test(source) ? exactInteger(BigInt(source)) : value;
}

/** Returns an integer as a number, or as a bigint where a number would differ; beyond 64 bits, it is rounded. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  const fits = value >= -(2n ** 63n) && value < 2n ** 64n;
  return !fits || Number.isSafeInteger(number) ? number : value;
}
