import { groupName } from '../object-ref.ts';
import type { Action } from './plan.ts';

/**
 * Returns the plan with a `hold` instead of each deletion while the inventory may lack objects: an object that
 * seems to have left Git may be one that Git has in another API group.
 *
 * @param unlistedGroups - API groups whose objects a rebuilt inventory may lack
 */
export function holdUnproven(
  actions: readonly Action[],
  unlistedGroups: readonly string[],
): readonly Action[] {
  const [first] = unlistedGroups;
  if (first === undefined) return actions;
  const reason = `cannot list objects of ${groupName(first)}, and the inventory was lost`;
  return actions.map((action) =>
    action.type === 'prune' ? { type: 'hold', key: action.key, reason } : action,
  );
}
