/** Holds deletions of objects that the fleet took over from another one, or that it claimed a short time ago. */
import { possiblePathsOf } from '#model/rendered-path.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Action } from './plan.ts';

/** Time after a claim during which deletions need an acknowledgement, in milliseconds. */
const claimMs = 24 * 3_600_000;

interface Claim {
  readonly inventory: Inventory;
  /** When the fleet claimed the inventory, RFC 3339; '' if it did not. */
  readonly claimedAt: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Returns the plan with a `hold` instead of each deletion that the repository must acknowledge because the
 * fleet did not create the object, or may not have.
 *
 * @param acknowledged - paths of files below the cluster's directory
 */
export function holdTaken(
  actions: readonly Action[],
  acknowledged: ReadonlySet<string>,
  { inventory, claimedAt, now }: Claim,
): readonly Action[] {
  // A clock that was set back lengthens the time, so that it deletes nothing.
  const isRecent = claimedAt !== '' && !(now - Date.parse(claimedAt) >= claimMs);
  return actions.map((action) => {
    const { type, key } = action;
    const isTaken = inventory.get(key)?.taken === true;
    if (type !== 'prune' || !(isTaken || isRecent)) return action;
    if (possiblePathsOf(key).some((path) => acknowledged.has(path))) return action;
    const reason = isTaken
      ? `was taken over from another fleet; ${hint}`
      : `the fleet claimed the inventory less than 24 hours ago; ${hint}`;
    return { type: 'hold', key, reason };
  });
}

const hint = 'acknowledge its deletion with a DeletionAcknowledgement';
