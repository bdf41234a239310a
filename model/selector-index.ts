import type { KubeObject } from './object.ts';
import type { ResourceSelector } from './selector.ts';

/**
 * Finds among things that select objects those that may select a given one: by its kind, and by its
 * name where they say one. It spares looking at all of them for each object; whether a thing does
 * select the object has still to be asked. In no particular order, each once.
 *
 * @param selectorsOf - of a thing; one that has none may select every object
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
