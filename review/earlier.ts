/** Finds what a branch deleted within the 24 hours before a change, as the syncer remembers it. */
import { type DeletionRecord, recordOf } from '#model/deletion-records.ts';
import { acknowledgedFile, acknowledgedPaths } from '#model/rendered.ts';
import { filesByCluster, type Snapshot } from '#model/snapshot.ts';

/** The changes of one commit below the rendered root. */
export interface EarlierCommit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Paths below the rendered root. */
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  /** Files of objects whose deletion the commit acknowledges, below the rendered root. */
  readonly acknowledged: readonly string[];
}

/** The deletions of one cluster. */
export interface EarlierDeletions {
  /** Oldest first. */
  readonly records: readonly DeletionRecord[];
  /** Files, relative to the cluster's directory, that were deleted without an acknowledgement and are still absent. */
  readonly files: readonly string[];
}

/**
 * Returns the deletions of some commits, by cluster. An acknowledgement counts for the deletions of its own commit and
 * of older ones, because the syncer may have held these until then.
 *
 * @param base - the files after the newest commit
 * @param commits - newest first
 */
export function earlierDeletions(
  base: Snapshot,
  commits: readonly EarlierCommit[],
): ReadonlyMap<string, EarlierDeletions> {
  if (commits.every(({ deleted }) => deleted.length === 0)) return new Map();
  const found = new Map<string, { records: DeletionRecord[]; files: Set<string> }>();
  const files = new Map(
    [...filesByCluster(base)].map(([cluster, paths]) => [cluster, new Set(paths)]),
  );
  const acknowledged = new Set<string>();
  for (const { at, ...commit } of commits) {
    for (const path of commit.acknowledged) acknowledged.add(path);
    const deletedIn = pathsByCluster(commit.deleted);
    const after = new Map([...deletedIn.keys()].map((name) => [name, files.get(name)?.size ?? 0]));
    rewind(files, commit);
    for (const [cluster, deleted] of deletedIn) {
      // The syncer deletes nothing in a cluster whose directory disappears.
      if (after.get(cluster) === 0) continue;
      const counted = deleted.filter((path) => !acknowledged.has(`${cluster}/${path}`));
      const all = [...(files.get(cluster) ?? [])];
      const known = found.get(cluster) ?? { records: [], files: new Set() };
      known.records.unshift(recordOf(at, { deleted, counted, all }));
      for (const path of counted) known.files.add(path);
      found.set(cluster, known);
    }
  }
  const rendered = (cluster: string, path: string) => base.files.has(`${cluster}/${path}`);
  return new Map(
    [...found].map(([cluster, { records, files }]) => {
      const gone = [...files].filter((path) => !rendered(cluster, path)).sort();
      return [cluster, { records, files: gone }];
    }),
  );
}

/** Changes the files of all clusters to those before a commit. */
function rewind(
  files: Map<string, Set<string>>,
  { added, deleted }: Pick<EarlierCommit, 'added' | 'deleted'>,
): void {
  for (const [cluster, paths] of pathsByCluster(added)) {
    for (const path of paths) files.get(cluster)?.delete(path);
  }
  for (const [cluster, paths] of pathsByCluster(deleted)) {
    const known = files.get(cluster) ?? new Set();
    for (const path of paths) known.add(path);
    files.set(cluster, known);
  }
}

function pathsByCluster(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return filesByCluster({ files: new Map(paths.map((path) => [path, ''])) });
}

/** Reports whether a path below the rendered root is that of a cluster's `_acknowledged.txt`. */
export function isAcknowledgedFile(path: string): boolean {
  return /^[^/]+\/[^/]+$/.test(path) && path.endsWith(`/${acknowledgedFile}`);
}

/** Returns the files below the rendered root that the `_acknowledged.txt` at a path lists. */
export function acknowledgedIn(path: string, text: string): readonly string[] {
  const [cluster] = path.split('/', 1);
  return acknowledgedPaths(text).map((file) => `${cluster}/${file}`);
}
