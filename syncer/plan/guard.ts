/** What holds back the deletions of a plan that look like a mistake. */
import { renderedPathOf } from '#model/rendered.ts';
import { type Overrun, overrunsOf } from '#model/sync-budget.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Action } from './plan.ts';

/**
 * The plan with `hold` in place of each deletion that the settings don't allow. What the repository
 * says is meant is not counted.
 *
 * @param acknowledged - files of the cluster's directory, by their paths there
 */
export function enforceDeletionBudget(
  actions: readonly Action[],
  inventory: Inventory,
  deletions: SyncSettings['deletions'],
  acknowledged: ReadonlySet<string>,
): readonly Action[] {
  const isDoomed = ({ type, key }: Action) =>
    type === 'prune' && !acknowledged.has(renderedPathOf(key));
  const doomed = actions.filter(isDoomed).map(({ key }) => renderedPathOf(key));
  if (doomed.length === 0) return actions;
  const overruns = overrunsOf(doomed, [...inventory.keys()].map(renderedPathOf), deletions);
  return actions.map((action) => {
    const { key } = action;
    const overrun = isDoomed(action) && overruns.find(({ holds }) => holds(renderedPathOf(key)));
    return overrun ? { type: 'hold', key, reason: reasonOf(overrun) } : action;
  });
}

function reasonOf({ of, found, total, limit, setting }: Overrun): string {
  return `would delete ${found} of ${total} ${of}, allowed are ${limit} (${setting} in regatta.yaml)`;
}
