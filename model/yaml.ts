import {
  boolYaml11Tag,
  defineScalarTag,
  loadAll,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';
import { inflated, isInflated } from './yaml-expansion.ts';

/**
 * YAML as kubectl reads it: YAML 1.1's booleans, merge keys and octals, but times of day, dates and
 * `1:30` stay text. Unlike kubectl, it rejects duplicate keys and unknown tags. Regatta reads every file
 * that people write with this schema, so that no two of its parts read a file differently. Source: sigs.k8s.io/yaml v1.4, goyaml.v2/resolve.go.
 */
function kubectlSchema(convert: (value: number | bigint) => number | bigint): Schema {
  const converted = (value: number | bigint | undefined) =>
    value === undefined ? NOT_RESOLVED : convert(value);
  const numberTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:float', {
    implicit: true,
    implicitFirstChars: [...'+-.0123456789'],
    resolve: (source) => converted(readNumber(source)),
    identify: (data) => typeof data === 'number' || typeof data === 'bigint',
  });
  const integerTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:int', {
    resolve: (source) => converted(readInteger(source.replaceAll('_', ''))),
    identify: () => false,
  });
  const tags = [strTag, nullYaml11Tag, boolYaml11Tag, integerTag, numberTag];
  return new Schema([...tags, mergeTag, seqTag, mapTag]);
}

const integerPattern = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9][0-9]*)$/i;
const floatPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;
const specials: ReadonlyMap<string, number> = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, Number.NaN] as const),
]);

/** Returns the number that a plain scalar denotes; undefined if the scalar is not a number. */
export function readNumber(source: string): number | bigint | undefined {
  const special = specials.get(source);
  if (special !== undefined) return special;
  const plain = source.replaceAll('_', '');
  const integer = readInteger(plain);
  if (integer !== undefined) return integer;
  const value = floatPattern.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Returns a bigint where kubectl reads an integer that a double cannot hold. */
function readInteger(plain: string): number | bigint | undefined {
  const [, sign = '', digits = ''] = integerPattern.exec(plain) ?? [];
  if (digits === '') return undefined;
  const magnitude = BigInt(
    /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase(),
  );
  const value = sign === '-' ? -magnitude : magnitude;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  const fits = value >= -(2n ** 63n) && value < 2n ** 64n;
  if (fits) return value;
  return /^[1-9]/.test(digits) ? number : undefined;
}

/** Why a text is not YAML. */
export interface YamlFault {
  readonly message: string;
  /** Where the parser stopped, in UTF-16 code units. */
  readonly offset: number;
}

const exactSchema = kubectlSchema((value) => value);

/**
 * Returns the documents of a YAML or JSON text in order, or the first fault in it. Integers that a
 * double cannot hold are bigints, so that the caller can report them.
 */
export function readYaml(text: string): readonly unknown[] | YamlFault {
  try {
    return loadAll(text, { schema: exactSchema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { message: error.reason, offset: error.mark?.position ?? 0 };
  }
}

const roundingSchema = kubectlSchema(Number);

/**
 * Returns the documents of a YAML or JSON text in order, for callers that do not report positions.
 * Rounds integers that a double cannot hold, as JSON.parse does.
 *
 * @throws Error if the text is not YAML. The message has one line and names the line at fault.
 */
export function parseYaml(text: string): readonly unknown[] {
  try {
    const documents = loadAll(text, { schema: roundingSchema });
    if (!isInflated(documents, text.length)) return documents;
    throw new Error(`invalid YAML: ${inflated}`);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? '' : ` in line ${error.mark.line + 1}`;
    throw new Error(`invalid YAML${line}: ${error.reason}`);
  }
}
