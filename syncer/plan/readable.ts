/** What a turn may deal with, where some kinds may not be looked at. */
import type { ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type ActionOutcome, done } from './outcome.ts';

export interface Readable {
  readonly desired: Desired;
  readonly inventory: Inventory;
  /** What is left as it is: its kind is forbidden. */
  readonly refused: readonly ActionOutcome[];
}

interface ReadAccess {
  /** Nothing is forbidden. */
  readonly isWhole: boolean;
  /** Why an object may not be looked at; undefined of all others. */
  forbidden(key: ObjectKey): string | undefined;
}

/**
 * Leaves out what may not be looked at: nothing is known of it, so it is neither written nor taken
 * for gone.
 */
export function restrictToReadable(
  desired: Desired,
  inventory: Inventory,
  sight: ReadAccess,
): Readable {
  if (sight.isWhole) return { desired, inventory, refused: [] };
  const keys = new Set([...desired.objects.keys(), ...inventory.keys()]);
  const refused = [...keys].flatMap((key): readonly ActionOutcome[] => {
    const message = sight.forbidden(key);
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
