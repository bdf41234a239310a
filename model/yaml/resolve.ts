import { exactInteger } from '../json.ts';
import { YamlError } from './fault.ts';
import type { YamlNode } from './node.ts';

/**
 * Values of scalars as go-yaml v2 resolves them: YAML 1.1's booleans and octals, but times of day, dates and
 * `1:30` stay text.
 *
 * Source: go.yaml.in/yaml/v2 v2.4.4, resolve.go.
 */
const words: ReadonlyMap<string, boolean | number | null> = new Map<
  string,
  boolean | number | null
>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
]);

const integerPattern = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9][0-9]*)$/i;
const floatPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;

/** Returns the value of a scalar without quotes and tag. */
function plainValue(text: string): unknown {
  if (!/^(?:[-+.\d~]|[yntfo]|$)/i.test(text)) return text;
  const word = words.get(text);
  return word === undefined ? (readNumber(text) ?? text) : word;
}

/** Returns the number that a scalar without quotes denotes; undefined if it is not a number. */
export function readNumber(text: string): number | bigint | undefined {
  const word = words.get(text);
  if (typeof word === 'number') return word;
  const integer = readInteger(text);
  if (integer !== undefined) return integer;
  // Underscores that do not separate digits are only allowed after a digit or a sign.
  if (text.startsWith('.') && !/^\.\d+(?:_\d+)*(?:e|$)/i.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const value = /^[-+.\d]/.test(text) && floatPattern.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Returns a bigint for an integer of 64 bits that a double cannot hold. */
function readInteger(text: string): number | bigint | undefined {
  const [, sign = '', digits = ''] = integerPattern.exec(text.replaceAll('_', '')) ?? [];
  if (digits === '' || !/^[-+\d]/.test(text)) return undefined;
  if (/^(?:0|[1-9]\d{0,14})$/.test(digits))
    return Number(digits) * (sign === '-' && digits !== '0' ? -1 : 1);
  const magnitude = BigInt(
    /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase(),
  );
  const value = sign === '-' ? -magnitude : magnitude;
  const isInRange = value >= -(2n ** 63n) && value < (sign === '' ? 2n ** 64n : 2n ** 63n);
  return isInRange ? exactInteger(value) : undefined;
}

const prefix = 'tag:yaml.org,2002:';

/** Returns the value of a scalar node. */
export function scalarValue(node: YamlNode): unknown {
  const { tag, value, isPlain } = node;
  if (tag === '') return isPlain ? plainValue(value) : value;
  if (!tag.startsWith(prefix)) return value;
  const kind = tag.slice(prefix.length);
  if (kind === 'binary') return decodeBinary(node);
  const resolved = kinds.get(kind)?.(value);
  if (!kinds.has(kind)) return value;
  if (resolved === undefined) throw new YamlError(`the value cannot be a !!${kind}`, node.start);
  return resolved;
}

/** The value of a scalar with each tag of YAML that restricts it; undefined if it cannot have the tag. */
const kinds: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ['bool', (text: string) => ofType(words.get(text), 'boolean')],
  ['null', (text: string) => (words.get(text) === null ? null : undefined)],
  ['int', readInteger],
  ['float', readFloat],
  ['timestamp', (text: string) => (isTimestamp(text) ? text : undefined)],
]);

function ofType(value: unknown, type: string): unknown {
  return typeof value === type ? value : undefined;
}

/** go-yaml converts integers of int64, not of uint64. */
function readFloat(text: string): number | undefined {
  const value = readNumber(text);
  if (value === undefined || (typeof value === 'bigint' && value >= 2n ** 63n)) return undefined;
  return Number(value);
}

function decodeBinary({ value, start }: YamlNode): string {
  const text = value.replace(/[\r\n]/g, '');
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  if (!isBase64) throw new YamlError('the value of !!binary is not base64', start);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new YamlError('the value of !!binary is not text, and JSON has no bytes', start);
  }
}

const time = '(?:[01]?\\d|2[0-3]):[0-5]?\\d:[0-5]?\\d(?:[.,]\\d+)?';
const timestamp = new RegExp(
  `^(\\d{4})-(\\d\\d?)-(\\d\\d?)(?:[Tt]${time}(?:Z|[-+]\\d\\d:\\d\\d)| ${time})?$`,
);

/** Reports whether go-yaml reads a text as a timestamp, which stays a text. */
export function isTimestamp(text: string): boolean {
  const [year = 0, month = 0, day = 0] = timestamp.exec(text)?.slice(1).map(Number) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day));
  return month > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * Returns the text of a key that is a scalar, as kubectl converts keys to JSON; undefined for null and
 * integers beyond int64, which cannot be keys.
 */
export function keyText(node: YamlNode): string | undefined {
  const value = scalarValue(node);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return value < 2n ** 63n ? String(value) : undefined;
  if (typeof value !== 'number') return undefined;
  const isInteger = node.tag !== `${prefix}float` && readInteger(node.value) !== undefined;
  return isInteger ? String(value) : floatKey(value);
}

/** Prints a number with the precision of 32 bits, as Go's `FormatFloat(value, 'g', -1, 32)` does. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
    (count) => Math.fround(Number(single.toPrecision(count))) === single,
  );
  const [mantissa = '', exponent = ''] = single.toExponential((digits ?? 9) - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`));
  const sign = power < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
