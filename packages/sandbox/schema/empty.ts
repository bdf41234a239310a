/** What a created object is compared with, to say which fields its creator set. */
import { type Fields, isFields, type Value } from '../object.ts';
import type { Shape } from './shape.ts';

/**
 * The object before anybody sets a field: embedded structs are there, required lists are null. So a
 * creator owns what is in `spec`, not `spec` itself.
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
