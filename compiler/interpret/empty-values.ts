import { isFieldMap } from '#model/object.ts';

/**
 * Restores the empty maps and lists in a script's result, which Lua does not distinguish: each has
 * the type of the field with the same path in the input. Drops all others.
 *
 * Source: Karmada v1.18, luavm/lua_convert.go (ConvertLuaResultInto).
 */
export function withEmptyAs(value: unknown, original: unknown): unknown {
  const kinds = new Map<string, 'map' | 'list'>();
  collect(original, '', kinds);
  return restore(value, '', kinds);
}

type Kinds = ReadonlyMap<string, 'map' | 'list'>;

function collect(value: unknown, path: string, kinds: Map<string, 'map' | 'list'>): void {
  if (Array.isArray(value)) {
    if (value.length === 0 && kinds.get(path) !== 'map') kinds.set(path, 'list');
    for (const item of value) collect(item, path, kinds);
  } else if (isFieldMap(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) kinds.set(path, 'map');
    for (const [key, member] of entries) collect(member, below(path, key), kinds);
  }
}

function restore(value: unknown, path: string, kinds: Kinds): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return emptyAt(path, kinds);
    return value.map((item) => restore(item, path, kinds)).filter((item) => item !== undefined);
  }
  if (!isFieldMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, restore(member, below(path, key), kinds)] as const)
      .filter(([, member]) => member !== undefined),
  );
}

function emptyAt(path: string, kinds: Kinds): unknown {
  const kind = kinds.get(path);
  return kind === 'map' ? {} : kind === 'list' ? [] : undefined;
}

function below(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
