import {
  type DeletedFile,
  type DeletionAcknowledgement,
  unfoldDeletions,
} from '#model/acknowledgement.ts';
import { isClusterName } from '#model/cluster.ts';
import { textOf } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { acknowledgedFile, renderedHeader } from '#model/rendered.ts';
import type { RenderedFile } from './rendered-files.ts';

/**
 * Returns the `_acknowledged.txt` of each cluster, which lists the files that the syncer may delete
 * regardless of its budget. Clusters with the same list share one entry. As soon as compile renders one
 * file of an acknowledgement again, the whole acknowledgement has no effect. In the directory of a cluster that
 * left the fleet, the list is the only file: `regatta unjoin --remove` reads it, and no syncer does.
 *
 * @param rendered - the files of all objects on all clusters
 */
export function acknowledgedFiles(
  acknowledgements: readonly DeletionAcknowledgement[],
  rendered: readonly RenderedFile[],
): readonly RenderedFile[] {
  const all = acknowledgements.map(({ spec }) => unfoldDeletions(spec.deletions ?? []));
  if (all.flat().length === 0) return [];
  const paths = pathsByCluster(rendered);
  const isRendered = ({ cluster, path }: DeletedFile) => paths.get(cluster)?.has(path) === true;
  const valid = all.filter((deletions) => !deletions.some(isRendered)).flat();
  const named = valid.filter(({ cluster }) => isClusterName(cluster));
  const byCluster = Map.groupBy(named, ({ cluster }) => cluster);
  const alike = Map.groupBy(byCluster, ([, deletions]) => printPaths(deletions));
  return Array.from(alike, ([text, clusters]) => ({
    path: acknowledgedFile,
    clusters: clusters.map(([cluster]) => cluster).sort(byText),
    content: textOf(text),
  }));
}

function pathsByCluster(files: readonly RenderedFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const paths = new Map<string, Set<string>>();
  for (const { path, clusters } of files) {
    for (const cluster of clusters) paths.set(cluster, (paths.get(cluster) ?? new Set()).add(path));
  }
  return paths;
}

function printPaths(deletions: readonly DeletedFile[]): string {
  const paths = [...new Set(deletions.map(({ path }) => path))].sort(byText);
  return [renderedHeader, ...paths, ''].join('\n');
}
