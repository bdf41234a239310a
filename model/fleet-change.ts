/**
 * Decides what one change deletes from all clusters together: for reviews before a merge, and for the syncer before it
 * deletes. Both ask `fleetOverrun` whether that is more than the fleet allows.
 */
import type { DeletedFile } from './acknowledgement.ts';
import { changedObjects, type ReadObject } from './changed-objects.ts';
import { type KubeObject, keyOf } from './object.ts';
import { preservedAnnotation } from './rendered.ts';
import { possiblePathsOf, renderedPathOf } from './rendered-path.ts';
import { countByCluster, type Snapshot } from './snapshot.ts';

/** A rendered object that a change deletes from a cluster. */
export interface Deletion extends DeletedFile {
  readonly kind: string;
}

/** The deletions of one change. */
export interface FleetChange {
  readonly deletions: readonly Deletion[];
  /** Number of objects on all clusters before the change. */
  readonly total: number;
}

/**
 * Returns what a change deletes. Objects that stay in the cluster after their file leaves Git do not count as
 * deletions.
 */
export function fleetChange(base: Snapshot, head: Snapshot, read: ReadObject): FleetChange {
  const sizes = countByCluster(base).values();
  return {
    deletions: deletionsBetween(base, head, read),
    total: sizes.reduce((sum, size) => sum + size, 0),
  };
}

function deletionsBetween(base: Snapshot, head: Snapshot, read: ReadObject): readonly Deletion[] {
  return changedObjects(base, head, read).flatMap(({ cluster, path, before, after }) => {
    if (before === undefined || after !== undefined) return [];
    const object = read(before);
    if (isPreserved(object)) return [];
    // A hand-written file may have any name, but the syncer knows its object by the usual one.
    const key = keyOf(object);
    const known = possiblePathsOf(key).includes(path) ? path : renderedPathOf(key);
    return [{ cluster, path: known, kind: object.kind }];
  });
}

function isPreserved({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[preservedAnnotation] === 'true';
}
