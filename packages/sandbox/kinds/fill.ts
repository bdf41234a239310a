import { type Fields, isFields, type Value } from '../object.ts';

/** Sets absent fields to their defaults, in place. */
export function fill(target: Fields, defaults: Fields): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (target[name] === undefined || target[name] === null) target[name] = structuredClone(value);
  }
}

/** Returns the object in field `name`. Sets an absent field to an empty object. */
export function ensureFields(target: Fields, name: string): Fields {
  const found = target[name];
  if (isFields(found)) return found;
  const made: Fields = {};
  target[name] = made;
  return made;
}

/** Returns the objects in list `name`; an empty list when the list is absent. */
export function itemsOf(target: Value | undefined, name: string): Fields[] {
  const list = isFields(target) ? target[name] : undefined;
  return Array.isArray(list) ? list.filter(isFields) : [];
}
