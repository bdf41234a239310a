/** Decides when the entry of an object that is gone leaves the inventory. */
import type { ObjectKey } from '#model/object.ts';
import { confirmMs, departedEntry } from '../inventory/departed.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';

/** What stays in the inventory of an object that is gone. */
export interface Departure {
  readonly entry: InventoryEntry;
  /** Milliseconds until a list can confirm that the object is gone. */
  readonly pauseMs: number;
}

/** Returns what stays of an object that the cluster lacks; undefined if a later list has confirmed that. */
export type DepartureOf = (key: ObjectKey, entry: InventoryEntry) => Departure | undefined;

/** What the syncer knows when it plans a turn. */
interface Knowledge {
  /** By the clock of the API server, in milliseconds since the epoch. */
  readonly now: number;
  /** When the syncer last began to list the kind of the object; undefined if it does not know the objects of the kind. */
  readonly listedAt: (key: ObjectKey) => number | undefined;
}

/** Minimum time until the next attempt to list a kind that the API server does not list, in milliseconds. */
const relistMs = 1000;

/** Returns the rule by which entries leave the inventory. */
export function departuresAt({ now, listedAt }: Knowledge): DepartureOf {
  return (key, entry) => {
    const { departedAt } = entry;
    // After a clock was set back, the time starts again.
    if (departedAt === undefined || departedAt > now + confirmMs) {
      return { entry: departedEntry(entry, now), pauseMs: confirmMs };
    }
    if ((listedAt(key) ?? 0) >= departedAt + confirmMs) return undefined;
    return { entry, pauseMs: Math.max(relistMs, departedAt + confirmMs - now) };
  };
}

/** Reports whether a list at this time would confirm that the object is gone, and no list has yet. */
export function isUnconfirmed(
  key: ObjectKey,
  { departedAt }: InventoryEntry,
  { now, listedAt }: Knowledge,
): boolean {
  if (departedAt === undefined || now < departedAt + confirmMs) return false;
  return (listedAt(key) ?? 0) < departedAt + confirmMs;
}
