import { isFieldMap, valueAt } from '#model/object.ts';

/**
 * Returns a copy without nulls, empty maps and empty lists, which Karmada's Lua interpreters of
 * third-party kinds do not distinguish.
 */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isFieldMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !isEmpty(member))
      .map(([key, member]) => [key, withoutEmpty(member)]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/**
 * Returns every value that matches a pattern, which consists of keys joined by slashes. The key `*` matches
 * every item of a list, and `*[X]` every item of kind X.
 */
export function valuesAt(value: unknown, pattern: string): readonly unknown[] {
  return pattern
    .split('/')
    .reduce<readonly unknown[]>(
      (values, key) => values.flatMap((parent) => membersOf(parent, key)),
      [value],
    );
}

function membersOf(parent: unknown, key: string): readonly unknown[] {
  if (!key.startsWith('*'))
    return isFieldMap(parent) && Object.hasOwn(parent, key) ? [parent[key]] : [];
  if (!Array.isArray(parent)) return [];
  return key === '*'
    ? parent
    : parent.filter((item) => valueAt(item, ['kind']) === key.slice(2, -1));
}

/** Returns the texts among these values. */
export function textsAt(value: unknown, pattern: string): readonly string[] {
  return valuesAt(value, pattern).filter((found) => typeof found === 'string');
}
