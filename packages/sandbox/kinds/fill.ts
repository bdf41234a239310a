import { type Fields, isFields, type Value } from '../object.ts';

/** Sets, in place, the fields that are absent. */
export function fill(target: Fields, defaults: Fields): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (target[name] === undefined || target[name] === null) target[name] = structuredClone(value);
  }
}

/** The object in field `name`, put there when it is absent. */
export function ensureFields(target: Fields, name: string): Fields {
  const found = target[name];
  if (isFields(found)) return found;
  const made: Fields = {};
  target[name] = made;
  return made;
}

/** The objects in list `name`; nothing when there is no such list. */
export function itemsOf(target: Value | undefined, name: string): Fields[] {
  const list = isFields(target) ? target[name] : undefined;
  return Array.isArray(list) ? list.filter(isFields) : [];
}
