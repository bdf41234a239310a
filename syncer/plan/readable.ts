/** Excludes objects that the syncer cannot read. */
import type { ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type ActionOutcome, done } from './outcome.ts';

/** The state of a turn, without the objects that the syncer cannot read. */
export interface Readable {
  readonly desired: Desired;
  readonly inventory: Inventory;
  /** Outcomes of the objects that the syncer cannot read, and that the turn does not change. */
  readonly refused: readonly ActionOutcome[];
}

interface ReadAccess {
  /** True if the syncer can read every object. */
  readonly isWhole: boolean;
  /** Returns why the syncer cannot read an object; undefined if it can read the object. */
  unreadable(key: ObjectKey): Unreadable | undefined;
}

interface Unreadable {
  readonly message: string;
  readonly retry: boolean;
  /** True if the syncer cannot list the kind of the object. */
  readonly isUnlisted: boolean;
}

/** Interval at which the syncer lists a kind again whose list failed, in milliseconds. */
const relistMs = 60_000;

/**
 * Removes objects that the syncer cannot read from the desired state and from the inventory. Their state is
 * unknown, so that the turn neither writes them nor counts them as deleted.
 */
export function restrictToReadable(
  desired: Desired,
  inventory: Inventory,
  access: ReadAccess,
): Readable {
  if (access.isWhole) return { desired, inventory, refused: [] };
  const keys = new Set([...desired.objects.keys(), ...inventory.keys()]);
  const refused = [...keys].flatMap((key): readonly ActionOutcome[] => {
    const reason = access.unreadable(key);
    return reason === undefined ? [] : [outcomeOf(key, reason, desired.objects.has(key))];
  });
  return exclude({ desired, inventory, refused: [] }, refused);
}

function outcomeOf(key: ObjectKey, reason: Unreadable, isDesired: boolean): ActionOutcome {
  const { message, retry, isUnlisted } = reason;
  if (!isUnlisted) return { ...done(key, 'failed'), message, retry };
  const outcome = { message, unlisted: true, pauseMs: relistMs } as const;
  return isDesired
    ? { ...done(key, 'failed'), ...outcome, retry }
    : { ...done(key, 'held'), ...outcome };
}

/** Removes further objects from the state of a turn. */
export function exclude(readable: Readable, outcomes: readonly ActionOutcome[]): Readable {
  if (outcomes.length === 0) return readable;
  const { desired, inventory, refused } = readable;
  const hidden = new Set(outcomes.map(({ key }) => key));
  const isSeen = ([key]: readonly [ObjectKey, unknown]) => !hidden.has(key);
  return {
    desired: { ...desired, objects: new Map([...desired.objects].filter(isSeen)) },
    inventory: new Map([...inventory].filter(isSeen)),
    refused: [...refused, ...outcomes],
  };
}
