/** Resource quantities in the canonical form that the API server returns. */
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const form = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const nano = 1_000_000_000n;

/**
 * Converts to the largest suffix of the same family that leaves an integer: `1000m` becomes `1`,
 * `0.5` becomes `500m`, `1024Mi` becomes `1Gi`.
 *
 * @returns undefined when `text` is not a quantity
 */
export function canonicalQuantity(text: string): string | undefined {
  const match = form.exec(text.trim());
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;
  const isBinary = binary.includes(suffix) && suffix !== '';
  const digits = BigInt(`${whole}${fraction}`);
  const nanos =
    (digits * nano * multiplier(suffix, isBinary).up) / divisor(fraction, suffix, isBinary);
  if (nanos === 0n) return '0';
  const body = isBinary ? printBinary(nanos) : printDecimal(nanos);
  return sign === '-' ? `-${body}` : body;
}

function multiplier(suffix: string, isBinary: boolean): { up: bigint; down: bigint } {
  if (isBinary) return { up: 1024n ** BigInt(binary.indexOf(suffix)), down: 1n };
  const exponent = /^[eE]/.test(suffix)
    ? Number(suffix.slice(1))
    : (decimal.indexOf(suffix) - decimal.indexOf('')) * 3;
  return exponent < 0
    ? { up: 1n, down: 10n ** BigInt(-exponent) }
    : { up: 10n ** BigInt(exponent), down: 1n };
}

function divisor(fraction: string, suffix: string, isBinary: boolean): bigint {
  return 10n ** BigInt(fraction.length) * multiplier(suffix, isBinary).down;
}

function printBinary(nanos: bigint): string {
  if (nanos % nano !== 0n) return printDecimal(nanos);
  let value = nanos / nano;
  let step = 0;
  while (value % 1024n === 0n && step < binary.length - 1) {
    value /= 1024n;
    step++;
  }
  return `${value}${binary[step] ?? ''}`;
}

function printDecimal(nanos: bigint): string {
  let value = nanos;
  let step = 0;
  while (value % 1000n === 0n && step < decimal.length - 1) {
    value /= 1000n;
    step++;
  }
  return `${value}${decimal[step] ?? ''}`;
}
