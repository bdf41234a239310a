/** Holds deletions that look like a mistake. */
import type { DeletionBudget } from '#model/deletion-budget.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import type { FleetChange } from '#model/fleet-change.ts';
import type { ObjectKey } from '#model/object.ts';
import {
  describeOverrun,
  fleetOverrun,
  fleetSetting,
  type Overrun,
  overrunsOf,
} from '#model/overruns.ts';
import { possiblePathsOf, renderedPathOf } from '#model/rendered-path.ts';
import { presentIn } from '../inventory/departed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Action } from './plan.ts';

/** What the budget compares the deletions of a turn with. */
export interface DeletionRules {
  readonly budget: DeletionBudget;
  /** Paths of files below the cluster's directory, whose deletion does not count. */
  readonly acknowledged: ReadonlySet<string>;
  /** Earlier deletions, within 24 hours. */
  readonly earlier: readonly DeletionRecord[];
  /** The changes of the branch that deleted objects, newest first, or why they are unknown. */
  readonly changes?: KnownChanges;
}

/** What the changes of the branch deleted from one cluster, among what they deleted from all. */
export type KnownChanges =
  | { readonly type: 'known'; readonly changes: readonly ClusterChange[] }
  | { readonly type: 'unknown'; readonly reason: string };

/** What one change deleted. */
export interface ClusterChange extends FleetChange {
  /** Paths of the deleted files, below the cluster's directory. */
  readonly paths: ReadonlySet<string>;
}

/** A plan, and the exceeded limits that hold some of its deletions. */
export interface GuardedPlan {
  readonly actions: readonly Action[];
  readonly overruns: readonly Overrun[];
}

/** Returns the plan with a `hold` instead of each deletion that exceeds the budget. */
export function enforceDeletionBudget(
  actions: readonly Action[],
  inventory: Inventory,
  { budget, acknowledged, earlier, changes }: DeletionRules,
): GuardedPlan {
  const isCounted = (action: Action) =>
    action.type === 'prune' && !action.isRepeated && !isAcknowledged(action.key, acknowledged);
  const deletions = actions.filter(isCounted).map(({ key }) => renderedPathOf(key));
  if (deletions.length === 0) return { actions, overruns: [] };
  const all = [...presentIn(inventory).keys()].map(renderedPathOf);
  const ofFleet =
    changes?.type === 'known' ? fleetOverruns(deletions, changes.changes, budget) : [];
  const overruns = [...overrunsOf({ deletions, all, earlier }, budget), ...ofFleet];
  const guarded = actions.map((action): Action => {
    const { key } = action;
    if (!isCounted(action)) return action;
    const overrun = overruns.find(({ holds }) => holds(renderedPathOf(key)));
    if (overrun) return { type: 'hold', key, reason: describeOverrun(overrun), isOverBudget: true };
    if (changes?.type !== 'unknown') return action;
    const reason = `${changes.reason} (${fleetSetting})`;
    return { type: 'hold', key, reason, pauseMs: askAgainMs };
  });
  return { actions: guarded, overruns };
}

/** Time until the syncer asks Git again what a change deleted, in milliseconds. */
const askAgainMs = 30_000;

/**
 * Returns the limits on the fleet that changes exceed. A deletion belongs to the newest change that deleted the file,
 * and an exceeded limit holds what belongs to the change.
 */
function fleetOverruns(
  deletions: readonly string[],
  changes: readonly ClusterChange[],
  budget: DeletionBudget,
): readonly Overrun[] {
  const left = new Set(deletions);
  return changes.flatMap((change) => {
    const own = left.intersection(change.paths);
    for (const path of own) left.delete(path);
    const overrun = own.size > 0 && fleetOverrun(change, budget);
    return overrun ? [{ ...overrun, held: own.size, holds: (path: string) => own.has(path) }] : [];
  });
}

/** Reports whether the repository acknowledges the deletion of an object. */
export function isAcknowledged(key: ObjectKey, acknowledged: ReadonlySet<string>): boolean {
  return acknowledged.size > 0 && possiblePathsOf(key).some((path) => acknowledged.has(path));
}
