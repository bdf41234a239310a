/** Checks an applied configuration against its schema. */
import { isFields, isInteger, type Value } from '../object.ts';
import type { ScalarType, Shape, StructShape } from '../schema/shape.ts';

/** Returns messages such as `.spec.foo: field not declared in schema`. */
export function typedFaults(shape: Shape, value: Value, path = ''): string[] {
  if (value === null) return [];
  switch (shape.is) {
    case 'any':
      return [];
    case 'scalar':
      return scalarFaults(shape.type, value, path);
    case 'list':
      if (!Array.isArray(value)) return [`${path}: expected list, got ${show(value)}`];
      return value.flatMap((item, index) => typedFaults(shape.items, item, `${path}[${index}]`));
    case 'map':
      if (!isFields(value)) return [`${path}: expected map, got ${show(value)}`];
      return Object.entries(value).flatMap(([key, item]) =>
        typedFaults(shape.values, item, `${path}.${key}`),
      );
    case 'struct':
      if (!isFields(value)) return [`${path}: expected map, got ${show(value)}`];
      return Object.entries(value).flatMap(([name, item]) =>
        fieldFaults(shape, { name, item }, `${path}.${name}`),
      );
  }
}

function fieldFaults(
  shape: StructShape,
  { name, item }: { readonly name: string; readonly item: Value },
  path: string,
): string[] {
  const field = shape.fields.get(name);
  if (field !== undefined) return typedFaults(field.shape, item, path);
  return shape.open ? [] : [`${path}: field not declared in schema`];
}

function scalarFaults(type: ScalarType, value: Value, path: string): string[] {
  const wrong = (expected: string): string[] => [
    `${path}: expected ${expected}, got ${show(value)}`,
  ];
  switch (type) {
    case 'string':
    case 'bytes':
    case 'time':
      return typeof value === 'string' ? [] : wrong('string');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('boolean');
    case 'integer':
    case 'number':
      return typeof value === 'number' || isInteger(value) ? [] : wrong('numeric (int or float)');
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'object' ? wrong('string or number') : [];
  }
}

function show(value: Value): string {
  return Array.isArray(value) ? 'a list' : isFields(value) ? 'a map' : JSON.stringify(value);
}
