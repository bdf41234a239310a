/** Holds deletions that look like a mistake. */
import type { DeletionBudget } from '#model/deletion-budget.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import type { ObjectKey } from '#model/object.ts';
import { describeOverrun, type Overrun, overrunsOf } from '#model/overruns.ts';
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
  { budget, acknowledged, earlier }: DeletionRules,
): GuardedPlan {
  const isCounted = (action: Action) =>
    action.type === 'prune' && !action.isRepeated && !isAcknowledged(action.key, acknowledged);
  const deletions = actions.filter(isCounted).map(({ key }) => renderedPathOf(key));
  if (deletions.length === 0) return { actions, overruns: [] };
  const all = [...presentIn(inventory).keys()].map(renderedPathOf);
  const overruns = overrunsOf({ deletions, all, earlier }, budget);
  const guarded = actions.map((action): Action => {
    const { key } = action;
    const overrun = isCounted(action) && overruns.find(({ holds }) => holds(renderedPathOf(key)));
    if (!overrun) return action;
    return { type: 'hold', key, reason: describeOverrun(overrun), isOverBudget: true };
  });
  return { actions: guarded, overruns };
}

/** Reports whether the repository acknowledges the deletion of an object. */
export function isAcknowledged(key: ObjectKey, acknowledged: ReadonlySet<string>): boolean {
  return possiblePathsOf(key).some((path) => acknowledged.has(path));
}
