import type { Quantity } from './cluster.ts';

/** One unit in billionths, the smallest step of Kubernetes quantities. */
const whole = 1_000_000_000n;
const milli = whole / 1000n;

/** The API server reduces larger quantities to this value. */
const largest = (2n ** 63n - 1n) * whole;

const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * Parses a Kubernetes quantity (`100m`, `1.5Gi`, `1e3`, 2) exactly, in billionths of a unit. Rounds smaller
 * fractions away from zero. Returns undefined if the text is not a quantity.
 *
 * Source: Kubernetes, apimachinery/pkg/api/resource/quantity.go.
 */
export function parseQuantity(quantity: Quantity): bigint | undefined {
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([a-zA-Z]*)([+-]?[0-9]+)?$/.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign, integer = '', fraction = '', suffix = '', exponent] = match;
  if (`${integer}${fraction}` === '') return undefined;
  const scale = scaleOf(suffix, exponent);
  if (scale === undefined) return undefined;
  const digits = BigInt(`${integer}${fraction}`) * scale.factor;
  const size = scaled(digits, scale.exponent - fraction.length + 9);
  const amount = size > largest ? largest : size;
  return sign === '-' ? -amount : amount;
}

interface Scale {
  readonly factor: bigint;
  /** Power of ten. */
  readonly exponent: number;
}

function scaleOf(suffix: string, exponent: string | undefined): Scale | undefined {
  if (exponent !== undefined) {
    const power = Number(exponent);
    return /^e$/i.test(suffix) && Math.abs(power) < 1000
      ? { factor: 1n, exponent: power }
      : undefined;
  }
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) return { factor: 1024n ** BigInt(binary + 1), exponent: 0 };
  const decimal = Object.hasOwn(decimalExponents, suffix) ? decimalExponents[suffix] : undefined;
  return decimal === undefined ? undefined : { factor: 1n, exponent: decimal };
}

function scaled(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  return dividedUp(digits, 10n ** BigInt(-exponent));
}

function dividedUp(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  if (amount % divisor === 0n) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
}

/** Converts billionths to whole units, rounded away from zero, as schedulers count memory and devices. */
export function toWhole(billionths: bigint): bigint {
  return dividedUp(billionths, whole);
}

/** Converts billionths to thousandths, rounded away from zero, as schedulers count CPU. */
export function toMilli(billionths: bigint): bigint {
  return dividedUp(billionths, milli);
}

export function fromWhole(units: bigint): bigint {
  return units * whole;
}

export function fromMilli(thousandths: bigint): bigint {
  return thousandths * milli;
}

/** Formats billionths as Kubernetes prints a decimal quantity: `500m`, `2`, `1k`. */
export function formatDecimal(billionths: bigint): string {
  if (billionths === 0n) return '0';
  const steps = Object.entries(decimalExponents).toSorted(([, a], [, b]) => b - a);
  for (const [suffix, exponent] of steps) {
    const unit = 10n ** BigInt(exponent + 9);
    if (billionths % unit === 0n) return `${billionths / unit}${suffix}`;
  }
  return '0';
}

/** Formats billionths as Kubernetes prints bytes: `256Mi`, `1500`. Values from 1024 on are whole units. */
export function formatBinary(billionths: bigint): string {
  const units = toWhole(billionths);
  if (units > -1024n && units < 1024n) return formatDecimal(billionths);
  const power = binarySuffixes.findLastIndex(
    (_, index) => units % 1024n ** BigInt(index + 1) === 0n,
  );
  return power < 0
    ? String(units)
    : `${units / 1024n ** BigInt(power + 1)}${binarySuffixes[power]}`;
}
