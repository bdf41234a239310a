import type { Binding, ClusterObject } from '#model/binding.ts';
import { nearestWord } from '#model/nearest.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { keyOf, type ObjectKey } from '#model/object.ts';
import {
  distinctPathOf,
  foldPath,
  possiblePathsOf,
  renderedPath,
  renderedPathOf,
  renderedPaths,
} from '#model/rendered-path.ts';
import type { Decisions } from '../decisions.ts';
import { renderedFor } from './explain.ts';

/**
 * Finds the object of a rendered file.
 *
 * @throws NoSuchObjectError if compile does not write the file. The message suggests another file or folder.
 */
export function decisionFor(file: string, decisions: Decisions): ClusterObject {
  const { bindings, settings } = decisions;
  const root = `${settings.rendered}/`;
  if (!file.startsWith(root))
    throw new NoSuchObjectError(`compile does not write ${file}: look below ${root}`);
  const [cluster = '', ...rest] = file.slice(root.length).split('/');
  const path = rest.join('/');
  // Look at the other templates too, because an override may have renamed an object.
  for (const candidates of [likelyAt(path, bindings), bindings]) {
    const objects = objectsAt(path, candidates, decisions);
    const found = objects.find((object) => object.cluster === cluster);
    if (found !== undefined) return found;
    if (objects.length > 0) {
      const clusters = objects.map((object) => object.cluster);
      throw new NoSuchObjectError(
        `compile does not write ${file}, but writes it for ${clusters.join(', ')}`,
      );
    }
  }
  throw new NoSuchObjectError(`compile does not write ${file}${hintFor(path, decisions)}`);
}

function hintFor(path: string, { bindings, settings }: Decisions): string {
  const keysIn = (some: readonly Binding[]) => some.map(({ template }) => keyOf(template.object));
  const sharing = keysIn(likelyAt(path, bindings)).map(distinctPathOf);
  if (sharing.length > 1) return `; the objects that would share it have ${sharing.join(', ')}`;
  const nearest = nearestWord(path, keysIn(bindings).map(renderedPathOf));
  return nearest === undefined
    ? `: look below ${settings.rendered}/`
    : `; did you mean ${nearest}?`;
}

/** Returns an object as compile renders it for a cluster; undefined if the cluster does not get the object. */
export function decisionOf(
  key: ObjectKey,
  cluster: string,
  decisions: Decisions,
): ClusterObject | undefined {
  const { bindings } = decisions;
  const likely = bindings.filter(({ template }) => keyOf(template.object) === key);
  for (const candidates of [likely, bindings]) {
    const objects = candidates.flatMap((binding) => renderedFor(binding, decisions));
    const sought = objects.filter(({ object }) => keyOf(object) === key);
    if (sought.length > 0) return sought.find((object) => object.cluster === cluster);
  }
  return undefined;
}

/** Returns the bindings whose templates can have the file, or could share it with one that can. */
function likelyAt(path: string, bindings: readonly Binding[]): readonly Binding[] {
  const folded = foldPath(path);
  const plainPath = ({ template }: Binding) => foldPath(renderedPath(template.object));
  const candidates = bindings.filter(({ template }) =>
    possiblePathsOf(keyOf(template.object)).map(foldPath).includes(folded),
  );
  const shared = new Set(candidates.map(plainPath));
  return bindings.filter((binding) => shared.has(plainPath(binding)));
}

/** Returns the objects of bindings that compile writes to the file, one for each cluster. */
function objectsAt(
  path: string,
  bindings: readonly Binding[],
  decisions: Decisions,
): readonly ClusterObject[] {
  const objects = bindings.flatMap((binding) => renderedFor(binding, decisions));
  return Map.groupBy(objects, ({ cluster }) => cluster)
    .values()
    .flatMap((own) => {
      const paths = renderedPaths(own.map(({ object }) => keyOf(object)));
      return own.filter(({ object }) => paths.get(keyOf(object)) === path);
    })
    .toArray();
}
