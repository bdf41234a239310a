/** Holds deletions that look like a mistake. */
import { possiblePathsOf, renderedPathOf } from '#model/rendered-path.ts';
import { type Overrun, overrunsOf } from '#model/sync-budget.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Action } from './plan.ts';

/**
 * Returns the plan with a `hold` instead of each deletion that exceeds the budget in the settings.
 * Acknowledged deletions do not count.
 *
 * @param acknowledged - paths of files below the cluster's directory
 */
export function enforceDeletionBudget(
  actions: readonly Action[],
  inventory: Inventory,
  budget: SyncSettings['deletions'],
  acknowledged: ReadonlySet<string>,
): readonly Action[] {
  const isCounted = ({ type, key }: Action) =>
    type === 'prune' && !possiblePathsOf(key).some((path) => acknowledged.has(path));
  const deletions = actions.filter(isCounted).map(({ key }) => renderedPathOf(key));
  if (deletions.length === 0) return actions;
  const overruns = overrunsOf(deletions, [...inventory.keys()].map(renderedPathOf), budget);
  return actions.map((action) => {
    const { key } = action;
    const overrun = isCounted(action) && overruns.find(({ holds }) => holds(renderedPathOf(key)));
    return overrun ? { type: 'hold', key, reason: reasonOf(overrun) } : action;
  });
}

function reasonOf({ of, found, total, limit, setting }: Overrun): string {
  return `would delete ${found} of ${total} ${of}, the limit is ${limit} (${setting} in regatta.yaml)`;
}
