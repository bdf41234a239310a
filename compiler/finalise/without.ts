import { type FieldMap, isFieldMap } from '#model/object.ts';
/** Returns a copy without the value at a path, or the input itself if the value is absent. */
export function without<T extends object>(object: T, ...path: readonly string[]): T {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(object, key)) return object;
  const { [key]: member, ...others } = object as FieldMap;
  if (rest.length === 0) return others as T;
  if (!isFieldMap(member)) return object;
  const changed = without(member, ...rest);
  return changed === member ? object : ({ ...object, [key]: changed } as T);
}
