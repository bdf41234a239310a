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

/**
 * YAML as kubectl reads it: YAML 1.1's booleans, merge keys and octals, but times of day, dates and
 * `1:30` stay text. Two things are refused that kubectl lets pass: a key that comes twice, and an
 * unknown tag. Source: sigs.k8s.io/yaml v1.4, goyaml.v2/resolve.go.
 */
const numberTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'+-.0123456789'],
  resolve: (source) => readNumber(source) ?? NOT_RESOLVED,
  identify: (data) => typeof data === 'number' || typeof data === 'bigint',
});

const integerTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:int', {
  resolve: (source) => readInteger(source.replaceAll('_', '')) ?? NOT_RESOLVED,
  identify: () => false,
});

const kubectlSchema = new Schema([
  strTag,
  nullYaml11Tag,
  boolYaml11Tag,
  integerTag,
  numberTag,
  mergeTag,
  seqTag,
  mapTag,
]);

const integerPattern = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9][0-9]*)$/i;
const floatPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;
const specials: ReadonlyMap<string, number> = new Map([
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, Number.NaN] as const),
]);

/** The number that a plain scalar stands for; undefined for anything else. */
export function readNumber(source: string): number | bigint | undefined {
  const special = specials.get(source);
  if (special !== undefined) return special;
  const plain = source.replaceAll('_', '');
  const integer = readInteger(plain);
  if (integer !== undefined) return integer;
  const value = floatPattern.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A bigint stands for what a double cannot hold although kubectl could; it is reported later. */
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

/** The text is no YAML; `offset` is where that shows, in UTF-16 code units. */
export interface YamlFault {
  readonly message: string;
  readonly offset: number;
}

/** The documents of a YAML or JSON text in order, or the first fault in it. */
export function readYaml(text: string): readonly unknown[] | YamlFault {
  try {
    return loadAll(text, { schema: kubectlSchema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { message: error.reason, offset: error.mark?.position ?? 0 };
  }
}
