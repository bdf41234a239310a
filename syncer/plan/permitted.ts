/** What a turn may deal with, where some kinds may not be looked at. */
import type { ObjectKey } from '#model/object.ts';
import { type ActionOutcome, done } from '../act/outcome.ts';
import type { Desired } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';

export interface Permitted {
  readonly desired: Desired;
  readonly inventory: Inventory;
  /** What is left as it is: its kind is forbidden. */
  readonly refused: readonly ActionOutcome[];
}

/**
 * Leaves out what is of a forbidden kind: nothing is known of it, so it is neither written nor
 * taken for gone.
 *
 * @param forbidden - the reason, by `group/Kind`
 */
export function permitted(
  desired: Desired,
  inventory: Inventory,
  forbidden: ReadonlyMap<string, string>,
): Permitted {
  if (forbidden.size === 0) return { desired, inventory, refused: [] };
  const isAllowed = ([key]: readonly [ObjectKey, unknown]) => !forbidden.has(groupKindOf(key));
  const keys = new Set([...desired.objects.keys(), ...inventory.keys()]);
  const refused = [...keys].flatMap((key): readonly ActionOutcome[] => {
    const message = forbidden.get(groupKindOf(key));
    return message === undefined ? [] : [{ ...done(key, 'failed'), message }];
  });
  return {
    desired: { ...desired, objects: new Map([...desired.objects].filter(isAllowed)) },
    inventory: new Map([...inventory].filter(isAllowed)),
    refused,
  };
}

/** `apps/Deployment` of `apps/Deployment/shop/web`. */
function groupKindOf(key: ObjectKey): string {
  return key.split('/').slice(0, 2).join('/');
}
