/** Entries of objects that are gone. They stay in the inventory until a later list confirms that. */
import type { Inventory, InventoryEntry } from './inventory.ts';

/** Time after which a list confirms that an object is gone, in milliseconds. A proxy may repeat a write until then. */
export const confirmMs = 10_000;

/**
 * Returns the entry of an object that is gone. Whole seconds, because the inventory stores them.
 *
 * @param now - milliseconds since the epoch
 */
export function departedEntry({ version, taken }: InventoryEntry, now: number): InventoryEntry {
  const departedAt = Math.ceil(now / 1000) * 1000;
  return { version, digest: '', fields: '', departedAt, ...(taken && { taken }) };
}

/** Returns the entries of objects that may exist. */
export function presentIn(inventory: Inventory): Inventory {
  const hasDeparted = inventory.values().some(isDeparted);
  if (!hasDeparted) return inventory;
  return new Map([...inventory].filter(([, entry]) => !isDeparted(entry)));
}

/** Reports whether the object of an entry is gone. */
export function isDeparted({ departedAt }: InventoryEntry): boolean {
  return departedAt !== undefined;
}
