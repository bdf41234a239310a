import {
  type DeletedFile,
  type DeletionAcknowledgement,
  unfoldDeletions,
} from '#model/deletion-budget.ts';
import { textOf } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { acknowledgedFile, renderedHeader } from '#model/rendered.ts';
import type { RenderedFile } from './rendered-files.ts';

/**
 * `_acknowledged.txt` of each cluster: what may be deleted there, whatever the syncer's budget. An
 * acknowledgement counts while everything that it names is gone: once something of it is rendered
 * again, it is of the past.
 *
 * @param rendered - the files of all objects
 */
export function acknowledgedFiles(
  acknowledgements: readonly DeletionAcknowledgement[],
  rendered: readonly RenderedFile[],
): readonly RenderedFile[] {
  const all = acknowledgements.map(({ spec }) => unfoldDeletions(spec.deletions ?? []));
  if (all.flat().length === 0) return [];
  const paths = pathsByCluster(rendered);
  const isThere = ({ cluster, path }: DeletedFile) => paths.get(cluster)?.has(path) === true;
  const meant = all.filter((deletions) => !deletions.some(isThere)).flat();
  // A cluster that gets nothing has no directory, and nothing is deleted there.
  const reached = meant.filter(({ cluster }) => paths.has(cluster));
  const byCluster = Map.groupBy(reached, ({ cluster }) => cluster);
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
