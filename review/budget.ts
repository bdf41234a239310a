import { type DeletedFile, deletionDigest } from '#model/acknowledgement.ts';
import type { DeletionBudget } from '#model/deletion-budget.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import { type KubeObject, keyOf } from '#model/object.ts';
import { fleetOverrun, type Overrun, overrunsOf } from '#model/overruns.ts';
import { preservedAnnotation } from '#model/rendered.ts';
import { possiblePathsOf, renderedPathOf } from '#model/rendered-path.ts';
import { changedObjects, type ReadObject } from './changed-objects.ts';
import { filesByCluster, type Snapshot } from './snapshot.ts';

/** A rendered object that a change deletes from a cluster. */
export interface Deletion extends DeletedFile {
  readonly kind: string;
}

/** An exceeded limit of the budget. */
export interface Excess extends Omit<Overrun, 'holds'> {
  /** Clusters on which the limit is exceeded by the same numbers; empty for the limit on the fleet. */
  readonly clusters: readonly string[];
}

/** The deletions of a change, compared with the budget. */
export interface BudgetVerdict {
  readonly deletions: readonly Deletion[];
  /** The `deletionDigest` of the deletions, for an acknowledgement. */
  readonly digest: string;
  readonly excesses: readonly Excess[];
  /** True if the repository acknowledges exactly these deletions. */
  readonly acknowledged: boolean;
}

/** Reports whether the deletions exceed the budget without an acknowledgement. */
export function isRefused({ excesses, acknowledged }: BudgetVerdict): boolean {
  return excesses.length > 0 && !acknowledged;
}

/** The rules that limit deletions. */
export interface DeletionRules {
  readonly budget: DeletionBudget;
  /** Digests of acknowledged deletions. */
  readonly acknowledged: readonly string[];
  /** Deletions of the 24 hours before the change, by cluster. */
  readonly earlier: ReadonlyMap<string, readonly DeletionRecord[]>;
}

/**
 * Compares the deletions between two snapshots with the budget. Objects that stay in the cluster after their
 * file leaves Git do not count as deletions.
 */
export function judgeDeletions(
  base: Snapshot,
  head: Snapshot,
  rules: DeletionRules,
  read: ReadObject,
): BudgetVerdict {
  const deletions = deletionsBetween(base, head, read);
  const digest = deletionDigest(deletions);
  return {
    ...{ deletions, digest },
    excesses: excessesOf(deletions, base, rules),
    acknowledged: rules.acknowledged.includes(digest),
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

/** Returns the exceeded limits. Clusters with equal numbers share an entry. */
function excessesOf(
  deletions: readonly Deletion[],
  base: Snapshot,
  { budget, earlier }: DeletionRules,
): readonly Excess[] {
  const files = filesByCluster(base);
  const each = [...Map.groupBy(deletions, ({ cluster }) => cluster)].flatMap(([cluster, deleted]) =>
    overrunsOf(
      {
        deletions: deleted.map(({ path }) => path),
        all: files.get(cluster) ?? [],
        earlier: earlier.get(cluster) ?? [],
      },
      budget,
    ).map(({ holds: _, ...overrun }) => ({ cluster, overrun })),
  );
  const alike = Map.groupBy(each, ({ overrun }) => JSON.stringify(overrun)).values();
  const shared = alike.toArray().flatMap((ones) => {
    const clusters = ones.map(({ cluster }) => cluster);
    return ones.slice(0, 1).map(({ overrun }) => ({ ...overrun, clusters }));
  });
  const total = files.values().reduce((sum, { length }) => sum + length, 0);
  const whole = fleetOverrun(deletions.length, total, budget);
  return [...shared, ...(whole === undefined ? [] : [{ ...whole, clusters: [] }])];
}
