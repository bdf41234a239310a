/** An object with one changed value, and the name of its case. */
export interface Mutation {
  readonly name: string;
  readonly object: Json;
}

export type Json = { readonly [key: string]: unknown };

type Path = readonly (string | number)[];

const long = 'x'.repeat(300);

/** Yields every change of a single value in the object: its type, its bounds, its presence. */
export function* mutationsOf(object: Json): Generator<Mutation> {
  for (const [path, value] of placesOf(object, [])) {
    for (const [name, replacement] of replacementsOf(value)) {
      yield { name: `${path.join('.')}=${name}`, object: withValue(object, path, replacement) };
    }
    yield { name: `${path.join('.')}-`, object: withValue(object, path, undefined) };
  }
}

function* placesOf(value: unknown, path: Path): Generator<[Path, unknown]> {
  if (path.length > 0 && !isAddress(path)) yield [path, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* placesOf(item, [...path, index]);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* placesOf(item, [...path, key]);
  }
}

/** True for the fields that identify the object: with another value the case tests another object. */
function isAddress(path: Path): boolean {
  return /^(apiVersion|kind|metadata|metadata\.(name|namespace))$/.test(path.join('.'));
}

function replacementsOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) {
    return [
      ['null', null],
      ['[]', []],
      ['text', 'text'],
      ['twice', [...value, ...value.slice(0, 1)]],
      ['reversed', value.toReversed()],
    ];
  }
  if (isObject(value)) {
    return [
      ['null', null],
      ['{}', {}],
      ['text', 'text'],
      ['[]', []],
      ['unknown', { ...value, unknownField: 1 }],
    ];
  }
  if (typeof value === 'string') return textReplacements(value);
  if (typeof value === 'number') {
    return [null, -1, 0, 1, 70_000, 99_999_999_999, 1.5, String(value), true].map(named);
  }
  return [null, value !== true, 'yes', 1].map(named);
}

function textReplacements(value: string): [string, unknown][] {
  const others = [null, '', 'Not_Valid!', 'other', 5, true, ['text']].map(named);
  return [...others, ['long', long], ['upper', value.toUpperCase()], ['more', `${value}-more`]];
}

function named(value: unknown): [string, unknown] {
  return [JSON.stringify(value), value];
}

/** Returns a copy of the object with `value` at `path`; undefined removes the field. */
export function withValue(object: Json, path: Path, value: unknown): Json {
  const copy = structuredClone(object) as Record<string, unknown>;
  let place: Record<string | number, unknown> = copy;
  for (const key of path.slice(0, -1)) {
    place[key] ??= {};
    place = place[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (value !== undefined) place[last] = value;
  else if (Array.isArray(place)) place.splice(Number(last), 1);
  else delete place[last];
  return copy;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
