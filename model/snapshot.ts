import { acknowledgedFile } from './rendered.ts';

/** The rendered files of one commit. */
export interface Snapshot {
  /** Keys that identify contents, by path below the rendered root: `<cluster>/<directory>/<file>`. */
  readonly files: ReadonlyMap<string, string>;
  /** Set if `files` has only the changed files of the clusters. */
  readonly isPartial?: true;
}

/** A rendered file that differs between two snapshots. At least one of the contents is present. */
export interface ChangedFile {
  readonly cluster: string;
  /** Path relative to the cluster's directory. An object has the same path on every cluster. */
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** What a change leaves behind in a cluster whose objects disappear from Git. */
export interface LeftCluster {
  readonly objects: number;
  /** True if the directory still lists acknowledged deletions, so that `regatta unjoin --remove` may delete objects. */
  readonly isAcknowledged: boolean;
}

/** Returns the clusters whose objects disappear from Git. No syncer deletes anything there. */
export function leavingClusters(base: Snapshot, head: Snapshot): ReadonlyMap<string, LeftCluster> {
  if (head.isPartial) return new Map();
  const stays = countByCluster(head);
  const left = [...countByCluster(base)].filter(([cluster]) => !stays.has(cluster));
  return new Map(
    left.map(([cluster, objects]) => {
      const isAcknowledged = head.files.has(`${cluster}/${acknowledgedFile}`);
      return [cluster, { objects, isAcknowledged }];
    }),
  );
}

/** Returns the numbers of files of objects by cluster. */
export function countByCluster({ files }: Snapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files.keys()) {
    if (file.endsWith(acknowledgedFile) && pathIn(file) === acknowledgedFile) continue;
    const cluster = clusterIn(file);
    counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
  }
  return counts;
}

function clusterIn(file: string): string {
  const slash = file.indexOf('/');
  return slash < 0 ? file : file.slice(0, slash);
}

/** Returns the path of a file below its cluster's directory. */
function pathIn(file: string): string {
  const slash = file.indexOf('/');
  return slash < 0 ? '' : file.slice(slash + 1);
}

/**
 * Returns the files that differ between two snapshots, ordered by path. Files of a cluster whose directory disappears
 * are not among them.
 */
export function changedFiles(base: Snapshot, head: Snapshot): readonly ChangedFile[] {
  const changed: string[] = [];
  for (const [path, content] of base.files) {
    if (head.files.get(path) !== content) changed.push(path);
  }
  for (const path of head.files.keys()) if (!base.files.has(path)) changed.push(path);
  if (changed.length === 0) return [];
  const leaving = leavingClusters(base, head);
  return changed.sort().flatMap((full) => {
    const slash = full.indexOf('/');
    if (slash < 0) return [];
    const [cluster, path] = [full.slice(0, slash), full.slice(slash + 1)];
    // This file acknowledges deletions and is not an object of the cluster.
    if (path === acknowledgedFile || leaving.has(cluster)) return [];
    return [{ cluster, path, before: base.files.get(full), after: head.files.get(full) }];
  });
}

/** Returns the files of objects by cluster, relative to the cluster's directory. */
export function filesByCluster({ files }: Snapshot): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const file of files.keys()) {
    const path = pathIn(file);
    if (path === acknowledgedFile) continue;
    const cluster = clusterIn(file);
    const known = paths.get(cluster);
    if (known === undefined) paths.set(cluster, [path]);
    else known.push(path);
  }
  return paths;
}
