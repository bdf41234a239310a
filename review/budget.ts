import {
  type DeletedFile,
  type DeletionBudget,
  type DeletionLimit,
  deletionDigest,
} from '#model/deletion-budget.ts';
import type { KubeObject } from '#model/object.ts';
import { acknowledgedFile, preservedAnnotation } from '#model/rendered.ts';
import type { ReadObject } from './compare.ts';
import { changedFiles, type Snapshot } from './snapshot.ts';

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
  { budget, acknowledged }: DeletionRules,
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
    excesses: excessesOf(deletions, base, budget),
    acknowledged: acknowledged.includes(digest),
  };
}

function isLeftBehind({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[preservedAnnotation] === 'true';
}

function excessesOf(
  deletions: readonly Deletion[],
  { files }: Snapshot,
  { fleet, cluster, kinds }: DeletionBudget,
): readonly Excess[] {
  const byCluster = Map.groupBy(deletions, (deletion) => deletion.cluster);
  const byKind = Map.groupBy(deletions, (deletion) => deletion.kind);
  const sizes = new Map<string, number>();
  for (const path of files.keys()) {
    const [name = '', ...below] = path.split('/');
    if (below.join('/') !== acknowledgedFile) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  }
  const all = sizes.values().reduce((sum, size) => sum + size, 0);
  return [
    ...[...byKind].flatMap(([kind, { length }]) =>
      excess(`kind ${kind}`, length, kinds[kind], all),
    ),
    ...[...byCluster].flatMap(([name, { length }]) =>
      excess(`cluster ${name}`, length, cluster, sizes.get(name) ?? 0),
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
