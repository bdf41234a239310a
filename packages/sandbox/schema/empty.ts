/** The object that a created object is compared with, to find the fields that its creator set. */
import { type Fields, isFields, type Value } from '../object.ts';
import type { Shape } from './shape.ts';

/**
 * Returns an object in which no field is set: embedded structs are present and required lists are
 * null. Because of that a creator owns the fields in `spec`, and not `spec` itself.
 */
export function emptyObject(shape: Shape): Fields {
  if (shape.is !== 'struct') return {};
  const entries = [...shape.fields].flatMap(([name, field]): [string, Value][] => {
    if (isFields(field.fallback)) return [[name, emptyObject(field.shape)]];
    const isRequiredList = field.shape.is === 'list' && shape.required.includes(name);
    return isRequiredList ? [[name, null]] : [];
  });
  return Object.fromEntries(entries);
}
