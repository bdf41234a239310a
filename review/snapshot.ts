import { acknowledgedFile } from '#model/rendered.ts';

/** What one commit renders, as far as a comparison has to know it. */
export interface Snapshot {
  /** By path below the rendered root, `<cluster>/<directory>/<file>`: what tells contents apart. */
  readonly files: ReadonlyMap<string, string>;
}

/** A rendered file that two snapshots do not have alike; at least one of the contents is there. */
export interface ChangedFile {
  readonly cluster: string;
  /** Below the cluster's directory; it is the same for the same object on every cluster. */
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Every file in which two snapshots differ, in the order of their paths. */
export function changedFiles(base: Snapshot, head: Snapshot): readonly ChangedFile[] {
  const paths = new Set([...base.files.keys(), ...head.files.keys()]);
  const changed = [...paths].filter((path) => base.files.get(path) !== head.files.get(path));
  return changed.sort().flatMap((full) => {
    const slash = full.indexOf('/');
    if (slash < 0) return [];
    const [cluster, path] = [full.slice(0, slash), full.slice(slash + 1)];
    // It says what may go, and is nothing on a cluster.
    if (path === acknowledgedFile) return [];
    return [{ cluster, path, before: base.files.get(full), after: head.files.get(full) }];
  });
}

/** Below each cluster's directory, the files of its objects. */
export function filesByCluster({ files }: Snapshot): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const file of files.keys()) {
    const [cluster = '', ...below] = file.split('/');
    const path = below.join('/');
    if (path === acknowledgedFile) continue;
    const known = paths.get(cluster);
    if (known === undefined) paths.set(cluster, [path]);
    else known.push(path);
  }
  return paths;
}
