import {
  type DeletedFile,
  type DeletionBudget,
  type DeletionLimit,
  deletionDigest,
} from '#model/deletion-budget.ts';
import type { KubeObject } from '#model/object.ts';
import { preservedAnnotation } from '#model/rendered.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { changedObjects, type ReadObject } from './changed-objects.ts';
import { type Excess, heldBack } from './held-back.ts';
import { filesByCluster, type Snapshot } from './snapshot.ts';

/** A rendered object that a change deletes from a cluster. */
export interface Deletion extends DeletedFile {
  readonly kind: string;
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
  /** The budget of the syncer, which holds back deletions on each cluster that exceeds it. */
  readonly sync: SyncSettings['deletions'];
  /** Digests of acknowledged deletions. */
  readonly acknowledged: readonly string[];
}

/**
 * Compares the deletions between two snapshots with the budget. Objects that stay in the cluster after their
 * file leaves Git do not count as deletions.
 */
export function judgeDeletions(
  base: Snapshot,
  head: Snapshot,
  { budget, sync, acknowledged }: DeletionRules,
  read: ReadObject,
): BudgetVerdict {
  const deletions = changedObjects(base, head, read).flatMap(({ cluster, path, before, after }) => {
    if (before === undefined || after !== undefined) return [];
    const object = read(before);
    return isPreserved(object) ? [] : [{ cluster, path, kind: object.kind }];
  });
  const digest = deletionDigest(deletions);
  return {
    ...{ deletions, digest },
    excesses: [...excessesOf(deletions, base, budget), ...heldBack(deletions, [base, head], sync)],
    acknowledged: acknowledged.includes(digest),
  };
}

function isPreserved({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[preservedAnnotation] === 'true';
}

function excessesOf(
  deletions: readonly Deletion[],
  base: Snapshot,
  { fleet, cluster, kinds }: DeletionBudget,
): readonly Excess[] {
  const byCluster = Map.groupBy(deletions, (deletion) => deletion.cluster);
  const byKind = Map.groupBy(deletions, (deletion) => deletion.kind);
  const paths = filesByCluster(base);
  const all = paths.values().reduce((sum, { length }) => sum + length, 0);
  return [
    ...[...byKind].flatMap(([kind, { length }]) =>
      excess(`kind ${kind}`, length, kinds[kind], all),
    ),
    ...[...byCluster].flatMap(([name, { length }]) =>
      excess(`cluster ${name}`, length, cluster, paths.get(name)?.length ?? 0),
    ),
    ...excess('fleet', deletions.length, fleet, all),
  ];
}

/** @param total - number of objects that a percentage refers to */
function excess(
  of: string,
  found: number,
  limit: DeletionLimit | undefined,
  total: number,
): readonly Excess[] {
  if (limit === undefined) return [];
  const share = typeof limit === 'string' ? Number.parseFloat(limit) / 100 : undefined;
  const allowed = share === undefined ? Number(limit) : Math.floor(share * total);
  return found > allowed ? [{ of, allowed, found }] : [];
}
