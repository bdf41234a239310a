import { type KubeObject, keyOf } from './object.ts';
import { hasDigest } from './rendered-path.ts';
import { type ChangedFile, changedFiles, type Snapshot } from './snapshot.ts';

/** Reads the object of a content, which the caller identifies by a key such as its digest. */
export type ReadObject = (content: string) => KubeObject;

/**
 * Returns the files of objects that differ between two snapshots. An object that only moved to another file,
 * because others do or do not share its old one, is one change, and none if its content is the same.
 */
export function changedObjects(
  base: Snapshot,
  head: Snapshot,
  read: ReadObject,
): readonly ChangedFile[] {
  const files = changedFiles(base, head);
  // Only then did an object get or lose a digest in the name of its file.
  const clusters = new Set(
    files.filter(({ path }) => hasDigest(path)).map(({ cluster }) => cluster),
  );
  if (clusters.size === 0) return files;
  const idOf = ({ cluster }: ChangedFile, content: string) => `${cluster}/${keyOf(read(content))}`;
  const removed = new Map<string, ChangedFile>();
  for (const file of files) {
    const { cluster, before, after } = file;
    if (clusters.has(cluster) && before !== undefined && after === undefined) {
      removed.set(idOf(file, before), file);
    }
  }
  const moved = new Set<ChangedFile>();
  const joined = files.map((file) => {
    const { before, after } = file;
    const isAdded = clusters.has(file.cluster) && before === undefined && after !== undefined;
    const old = isAdded ? removed.get(idOf(file, after)) : undefined;
    if (old === undefined) return file;
    moved.add(old);
    return { ...file, before: old.before };
  });
  return joined.filter((file) => !moved.has(file) && file.before !== file.after);
}
