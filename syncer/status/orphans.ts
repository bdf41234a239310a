import type { ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { CacheSnapshot } from '../plan/plan.ts';

/**
 * Returns the objects that the fleet applied, but that neither Git nor the inventory has, such as one that a proxy
 * created again. Controllers copy the label of the fleet to objects that they create, so it does not count alone.
 */
export function orphansIn(
  { objects }: Desired,
  inventory: Inventory,
  snapshot: CacheSnapshot,
): readonly ObjectKey[] {
  const isKnown = (key: ObjectKey) => objects.has(key) || inventory.has(key);
  const [known, others] = [new Set<string>(), [] as ObjectKey[]];
  for (const [key, { uid, fields, controller }] of snapshot) {
    if (isKnown(key)) known.add(uid);
    else if (fields !== '' && controller === '') others.push(key);
  }
  // Two API groups may serve one object.
  return others.filter((key) => !known.has(snapshot.get(key)?.uid ?? '')).toSorted();
}
