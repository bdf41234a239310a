/** Decodes a built-in object like the typed decoder of the API server. */
import { type Fields, isFields, isInteger, type Value } from '../object.ts';
import { canonicalQuantity } from './quantity.ts';
import type { ListShape, ScalarType, Shape, StructShape } from './shape.ts';

/** A decoded value, and the faults in the original. */
export interface Decoded {
  readonly value: Value;
  /** Paths of unknown fields, such as `spec.template.spec.containers[0].foo`. */
  readonly unknown: readonly string[];
  /** Messages about values of the wrong type. */
  readonly mistyped: readonly string[];
}

interface Findings {
  readonly unknown: string[];
  readonly mistyped: string[];
}

/**
 * Returns a copy of `value` in stored form: without unknown fields, nulls and empty maps and lists,
 * with embedded structs and canonical quantities.
 */
export function decodeTyped(shape: Shape, value: Value): Decoded {
  const findings: Findings = { unknown: [], mistyped: [] };
  const decoded = decode(shape, value, { path: '', findings });
  return { value: decoded, ...findings };
}

interface DecodePath {
  readonly path: string;
  readonly findings: Findings;
}

function decode(shape: Shape, value: Value, at: DecodePath): Value {
  switch (shape.is) {
    case 'any':
      return structuredClone(value);
    case 'scalar':
      return decodeScalar(shape.type, value, at);
    case 'list':
      return Array.isArray(value) ? decodeItems(shape, value, at) : mistype(value, 'list', at);
    case 'map':
      if (!isFields(value)) return mistype(value, 'map', at);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          return [key, decode(shape.values, item, below(at, `.${key}`))];
        }),
      );
    case 'struct':
      return isFields(value) ? decodeStruct(shape, value, at) : mistype(value, 'object', at);
  }
}

function decodeStruct(shape: StructShape, value: Fields, at: DecodePath): Fields {
  const decoded: Fields = {};
  for (const [name, item] of Object.entries(value)) {
    const field = shape.fields.get(name);
    const inner = below(at, at.path === '' ? name : `.${name}`);
    if (field === undefined) decodeUnknown(shape, { decoded, name, item }, inner);
    else if (item !== null) {
      const read = decode(field.shape, item, inner);
      if (!field.omitsZero || !isZero(read)) decoded[name] = read;
    }
  }
  for (const [name, { shape: inner, fallback }] of shape.fields) {
    if (isFields(fallback) && decoded[name] === undefined) {
      decoded[name] = decode(inner, fallback, below(at, `.${name}`));
    }
  }
  return decoded;
}

interface Unknown {
  readonly decoded: Fields;
  readonly name: string;
  readonly item: Value;
}

function decodeUnknown(
  { open }: StructShape,
  { decoded, name, item }: Unknown,
  at: DecodePath,
): void {
  if (open) decoded[name] = structuredClone(item);
  else at.findings.unknown.push(at.path);
}

function isZero(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isFields(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

function decodeItems({ items }: ListShape, value: readonly Value[], at: DecodePath): Value[] {
  return value.map((item, index) => decode(items, item, below(at, `[${index}]`)));
}

function decodeScalar(type: ScalarType, value: Value, at: DecodePath): Value {
  if (!fits(type, value)) return mistype(value, type, at);
  if (type !== 'quantity') return value;
  return canonicalQuantity(String(value)) ?? mistype(value, type, at);
}

function fits(type: ScalarType, value: Value): boolean {
  switch (type) {
    case 'string':
    case 'bytes':
    case 'time':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isInteger(value);
    case 'number':
      return isInteger(value) || typeof value === 'number';
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number' || isInteger(value);
  }
}

function mistype(value: Value, expected: string, { path, findings }: DecodePath): Value {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  findings.mistyped.push(`json: cannot unmarshal ${found} into field ${path} of type ${expected}`);
  return value;
}

function below({ path, findings }: DecodePath, step: string): DecodePath {
  return { path: `${path}${step}`, findings };
}
