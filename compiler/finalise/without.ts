export type Fields = Readonly<Record<string, unknown>>;

/** A copy without the value at a path; the input itself when there is none. */
export function without<T extends object>(object: T, ...path: readonly string[]): T {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(object, key)) return object;
  const { [key]: member, ...others } = object as Fields;
  if (rest.length === 0) return others as T;
  if (!isFields(member)) return object;
  const changed = without(member, ...rest);
  return changed === member ? object : ({ ...object, [key]: changed } as T);
}

/** The value at a path, undefined when there is none. */
export function valueAt(object: object, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    object,
  );
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
