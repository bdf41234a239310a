import { isFieldMap, valueAt } from '#model/object.ts';

/**
 * A copy without nulls, empty maps and empty lists: Karmada reads the third-party kinds by Lua,
 * which does not tell them apart.
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
 * Every value that a pattern leads to: keys joined by slashes, `*` for every item of a list,
 * `*[X]` for those of kind X.
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

/** Those of them that are texts. */
export function textsAt(value: unknown, pattern: string): readonly string[] {
  return valuesAt(value, pattern).filter((found) => typeof found === 'string');
}
