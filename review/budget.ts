import { deletionDigest } from '#model/acknowledgement.ts';
import type { ReadObject } from '#model/changed-objects.ts';
import type { DeletionBudget } from '#model/deletion-budget.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import { type Deletion, type FleetChange, fleetChange } from '#model/fleet-change.ts';
import { fleetOverrun, type Overrun, overrunsOf } from '#model/overruns.ts';
import { filesByCluster, type Snapshot } from '#model/snapshot.ts';

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
 * Compares the deletions between two snapshots with the budget.
 */
export function judgeDeletions(
  base: Snapshot,
  head: Snapshot,
  rules: DeletionRules,
  read: ReadObject,
): BudgetVerdict {
  const change = fleetChange(base, head, read);
  const { deletions } = change;
  const digest = deletionDigest(deletions);
  return {
    deletions,
    digest,
    excesses: excessesOf(change, base, rules),
    acknowledged: rules.acknowledged.includes(digest),
  };
}

/** Returns the exceeded limits. Clusters with equal numbers share an entry. */
function excessesOf(
  change: FleetChange,
  base: Snapshot,
  { budget, earlier }: DeletionRules,
): readonly Excess[] {
  const files = change.deletions.length === 0 ? new Map() : filesByCluster(base);
  const each = [...Map.groupBy(change.deletions, ({ cluster }) => cluster)].flatMap(
    ([cluster, deleted]) =>
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
  const whole = fleetOverrun(change, budget);
  return [...shared, ...(whole === undefined ? [] : [{ ...whole, clusters: [] }])];
}
