/** Excludes objects that the syncer cannot read or decrypt. */
import type { ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type ActionOutcome, done } from './outcome.ts';

/** The state of a turn, without the objects that the syncer cannot read or decrypt. */
export interface Readable {
  readonly desired: Desired;
  readonly inventory: Inventory;
  /** Outcomes of the objects that the syncer cannot read or decrypt, and that the turn does not change. */
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
 * Removes objects that the syncer cannot read or decrypt from the desired state and from the inventory. The turn
 * neither writes them nor counts them as deleted.
 */
export function restrictToReadable(
  desired: Desired,
  inventory: Inventory,
  access: ReadAccess,
): Readable {
  const refused = [...unreadIn(desired, inventory, access), ...unopenedIn(desired)];
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

function unreadIn(
  { objects }: Desired,
  inventory: Inventory,
  access: ReadAccess,
): readonly ActionOutcome[] {
  if (access.isWhole) return [];
  const keys = new Set([...objects.keys(), ...inventory.keys()]);
  return [...keys].flatMap((key) => {
    const reason = access.unreadable(key);
    return reason === undefined ? [] : [outcomeOf(key, reason, objects.has(key))];
  });
}

const unopened = new WeakMap<Desired['objects'], readonly ActionOutcome[]>();

/** Returns the outcomes of objects that the syncer cannot decrypt, computed once for each commit. */
function unopenedIn({ objects }: Desired): readonly ActionOutcome[] {
  const known = unopened.get(objects);
  if (known !== undefined) return known;
  const found = [...objects.values()].flatMap(({ key, fault }) =>
    fault === undefined ? [] : [{ ...done(key, 'refused'), message: fault }],
  );
  unopened.set(objects, found);
  return found;
}
