import { errorMessage } from '#model/error.ts';
import type { Desired } from './desired/desired.ts';
import type { Member } from './member.ts';
import type { KnownChanges } from './plan/guard.ts';
import type { Action } from './plan/plan.ts';

/**
 * Returns the changes of the branch that may be behind the deletions of a plan; undefined if nothing limits what a
 * change deletes from the fleet, or if there is nothing to delete. The caller must have read the inventory.
 */
export async function changesBehind(
  member: Member,
  { commit, settings }: Desired,
  actions: readonly Action[],
  stop: AbortSignal,
): Promise<KnownChanges | undefined> {
  const { name, changesSince, pendingSince } = member;
  const isLimited = settings.deletionBudget.fleet.length > 0;
  if (!isLimited || changesSince === undefined || pendingSince === '') return undefined;
  if (!actions.some(({ type }) => type === 'prune')) return undefined;
  // Syncers stay at a newer commit and delete nothing.
  if ((await member.keptCommit(commit, stop)) !== undefined) return undefined;
  try {
    const changes = await changesSince(pendingSince, commit, stop);
    const ofCluster = changes.map((change) => {
      const own = change.deletions.filter(({ cluster }) => cluster === name);
      return { ...change, paths: new Set(own.map(({ path }) => path)) };
    });
    return { type: 'known', changes: ofCluster };
  } catch (error) {
    stop.throwIfAborted();
    return {
      type: 'unknown',
      reason: `the change that deletes it is unknown: ${errorMessage(error)}`,
    };
  }
}
