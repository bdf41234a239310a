/** Reports whether a value that is neither a map nor a list is the one that a caller looks for. */
export type IsLeaf = (leaf: unknown) => boolean;

/**
 * Returns the field names and indices from a value to the first leaf that matches; undefined without one. The path
 * is made only when a leaf is found, because almost every search finds none.
 */
export function pathToLeaf(value: unknown, matches: IsLeaf): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return matches(value) ? [] : undefined;
  for (const key of Object.keys(value)) {
    const below = pathToLeaf((value as Readonly<Record<string, unknown>>)[key], matches);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}
