import { isFieldMap } from '#model/object.ts';

/** A value inside an object. */
export interface Place {
  readonly path: readonly string[];
  readonly value: unknown;
  /** The map that has the value as a field. */
  readonly parent: unknown;
}

/** Returns every value that matches a pattern: keys joined by slashes, where `*` matches every item of a list. */
export function placesAt(value: unknown, pattern: string): readonly Place[] {
  const start: Place = { path: [], value, parent: undefined };
  if (pattern === '') return [start];
  return pattern
    .split('/')
    .reduce<readonly Place[]>(
      (places, key) => places.flatMap((place) => below(place, key)),
      [start],
    );
}

function below({ path, value }: Place, key: string): readonly Place[] {
  if (key === '*') {
    if (!Array.isArray(value)) return [];
    return value.map((item, index) => ({
      path: [...path, String(index)],
      value: item,
      parent: value,
    }));
  }
  if (!isFieldMap(value) || !Object.hasOwn(value, key)) return [];
  return [{ path: [...path, key], value: value[key], parent: value }];
}
