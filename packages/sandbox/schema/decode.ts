/** Reads a built-in object as the API server's typed decoder does. */
import { type Fields, isFields, type Value } from '../object.ts';
import { canonicalQuantity } from './quantity.ts';
import type { ListShape, ScalarType, Shape, StructShape } from './shape.ts';

export interface Decoded {
  readonly value: Value;
  /** Paths such as `spec.template.spec.containers[0].foo`. */
  readonly unknown: readonly string[];
  /** Values of the wrong type, as clauses. */
  readonly mistyped: readonly string[];
}

interface Findings {
  readonly unknown: string[];
  readonly mistyped: string[];
}

/**
 * A copy of `value` in the form in which it is stored: unknown fields, nulls and empty maps and
 * lists are gone, embedded structs are there, quantities are canonical.
 */
export function decodeTyped(shape: Shape, value: Value): Decoded {
  const findings: Findings = { unknown: [], mistyped: [] };
  const decoded = decode(shape, value, { path: '', findings });
  return { value: decoded, ...findings };
}

interface Place {
  readonly path: string;
  readonly findings: Findings;
}

function decode(shape: Shape, value: Value, place: Place): Value {
  switch (shape.is) {
    case 'any':
      return structuredClone(value);
    case 'scalar':
      return decodeScalar(shape.type, value, place);
    case 'list':
      return Array.isArray(value)
        ? decodeItems(shape, value, place)
        : mistype(value, 'list', place);
    case 'map':
      if (!isFields(value)) return mistype(value, 'map', place);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          return [key, decode(shape.values, item, below(place, `.${key}`))];
        }),
      );
    case 'struct':
      return isFields(value) ? decodeStruct(shape, value, place) : mistype(value, 'object', place);
  }
}

function decodeStruct(shape: StructShape, value: Fields, place: Place): Fields {
  const decoded: Fields = {};
  for (const [name, item] of Object.entries(value)) {
    const field = shape.fields.get(name);
    const inner = below(place, place.path === '' ? name : `.${name}`);
    if (field === undefined) decodeUnknown(shape, { decoded, name, item }, inner);
    else if (item !== null) {
      const read = decode(field.shape, item, inner);
      if (!field.omitsZero || !isZero(read)) decoded[name] = read;
    }
  }
  for (const [name, { shape: inner, fallback }] of shape.fields) {
    if (isFields(fallback) && decoded[name] === undefined) {
      decoded[name] = decode(inner, fallback, below(place, `.${name}`));
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
  place: Place,
): void {
  if (open) decoded[name] = structuredClone(item);
  else place.findings.unknown.push(place.path);
}

function isZero(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isFields(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

function decodeItems({ items }: ListShape, value: readonly Value[], place: Place): Value[] {
  return value.map((item, index) => decode(items, item, below(place, `[${index}]`)));
}

function decodeScalar(type: ScalarType, value: Value, place: Place): Value {
  if (!fits(type, value)) return mistype(value, type, place);
  if (type !== 'quantity') return value;
  return canonicalQuantity(String(value)) ?? mistype(value, type, place);
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
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
  }
}

function mistype(value: Value, wanted: string, { path, findings }: Place): Value {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  findings.mistyped.push(`json: cannot unmarshal ${found} into field ${path} of type ${wanted}`);
  return value;
}

function below({ path, findings }: Place, step: string): Place {
  return { path: `${path}${step}`, findings };
}
