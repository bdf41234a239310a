import { acknowledgedFile } from '#model/rendered.ts';
import type { RenderedTree } from '../ports/source.ts';

/**
 * Returns the clusters that are in the fleet at a commit. A cluster whose directory lists acknowledged deletions
 * and holds nothing else has left the fleet.
 *
 * @param names - the clusters with a directory, also those that the tree does not show
 */
export function membersAt(
  { clusters, files }: RenderedTree,
  names: Iterable<string> = clusters.keys(),
): ReadonlySet<string> {
  const withObjects = new Set<string>();
  for (const { path } of files) {
    const slash = path.indexOf('/');
    if (slash > 0 && path.slice(slash + 1) !== acknowledgedFile)
      withObjects.add(path.slice(0, slash));
  }
  const isMember = (name: string) => !clusters.has(name) || withObjects.has(name);
  return new Set([...names].filter(isMember));
}
