/** Excludes objects that the syncer has no permission to read. */
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
  forbidden(key: ObjectKey): string | undefined;
}

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
    const message = access.forbidden(key);
    return message === undefined ? [] : [{ ...done(key, 'failed'), message }];
  });
  if (refused.length === 0) return { desired, inventory, refused };
  const hidden = new Set(refused.map(({ key }) => key));
  const isSeen = ([key]: readonly [ObjectKey, unknown]) => !hidden.has(key);
  return {
    desired: { ...desired, objects: new Map([...desired.objects].filter(isSeen)) },
    inventory: new Map([...inventory].filter(isSeen)),
    refused,
  };
}
