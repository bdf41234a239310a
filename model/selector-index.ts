import type { KubeObject } from './object.ts';
import type { ResourceSelector } from './selector.ts';

/**
 * Returns a function that finds the things whose selectors may match an object, by kind and name.
 * It saves a scan of all things for each object; the caller must still evaluate the selectors. The
 * results are distinct and unordered.
 *
 * @param selectorsOf - returns the selectors of a thing; a thing without selectors matches every object
 */
export function indexBySelectors<T>(
  things: Iterable<T>,
  selectorsOf: (thing: T) => readonly ResourceSelector[],
): (object: KubeObject) => readonly T[] {
  const unbound: T[] = [];
  const groups = new Map<string, Set<T>>();
  for (const thing of things) {
    const selectors = selectorsOf(thing);
    if (selectors.length === 0) unbound.push(thing);
    for (const selector of selectors) {
      const key = keyOf(selector, selector.name);
      groups.set(key, (groups.get(key) ?? new Set()).add(thing));
    }
  }
  return (object) => {
    const ofKind = groups.get(keyOf(object, undefined)) ?? new Set();
    const ofName = groups.get(keyOf(object, object.metadata.name)) ?? new Set();
    return [...unbound, ...ofKind.union(ofName)];
  };
}

function keyOf(
  { apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>,
  name: string | undefined,
): string {
  return `${apiVersion}/${kind}/${name ?? ''}`;
}
