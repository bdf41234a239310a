import {
  type DeletedFile,
  type DeletionBudget,
  type DeletionLimit,
  deletionDigest,
} from '#model/deletion-budget.ts';
import type { KubeObject } from '#model/object.ts';
import { preservedAnnotation } from '#model/rendered.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import type { ReadObject } from './compare.ts';
import { heldBack } from './held-back.ts';
import { changedFiles, filesByCluster, type Snapshot } from './snapshot.ts';

/** An object that goes from a cluster. */
export interface Deletion extends DeletedFile {
  readonly kind: string;
}

/** A limit of the budget that is not kept. */
export interface Excess {
  /** `kind Namespace`, `cluster member1`, `fleet` */
  readonly of: string;
  readonly allowed: number;
  readonly found: number;
}

export interface BudgetVerdict {
  readonly deletions: readonly Deletion[];
  /** Names exactly these deletions. */
  readonly digest: string;
  readonly excesses: readonly Excess[];
  /** The repository says that exactly these deletions are meant. */
  readonly acknowledged: boolean;
}

/** Whether there is more deleted than may be without anybody having said so. */
export function isRefused({ excesses, acknowledged }: BudgetVerdict): boolean {
  return excesses.length > 0 && !acknowledged;
}

/** By what deletions are judged. */
export interface DeletionRules {
  readonly budget: DeletionBudget;
  /** What the syncer holds back on each cluster that goes beyond it. */
  readonly sync: SyncSettings['deletions'];
  /** Digests of deletions that are meant. */
  readonly acknowledged: readonly string[];
}

/**
 * What goes from the clusters between two snapshots, measured by the budget. Objects that are to be
 * left behind when their file goes are no deletions.
 */
export function judgeDeletions(
  base: Snapshot,
  head: Snapshot,
  { budget, sync, acknowledged }: DeletionRules,
  read: ReadObject,
): BudgetVerdict {
  const deletions = changedFiles(base, head).flatMap(({ cluster, path, before, after }) => {
    if (before === undefined || after !== undefined) return [];
    const object = read(before);
    return isLeftBehind(object) ? [] : [{ cluster, path, kind: object.kind }];
  });
  const digest = deletionDigest(deletions);
  return {
    ...{ deletions, digest },
    excesses: [...excessesOf(deletions, base, budget), ...heldBack(deletions, [base, head], sync)],
    acknowledged: acknowledged.includes(digest),
  };
}

function isLeftBehind({ metadata }: KubeObject): boolean {
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

/** @param total - what a share is of */
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
