/**
 * Divides an inventory among ConfigMaps, so that its size has no limit. Divides entries by namespace and kind,
 * so that a typical change touches few shards, and large groups also by name.
 */
import type { ObjectKey } from '#model/object.ts';
import { type Inventory, type InventoryEntry, needsNoWrite, uniteEntries } from './inventory.ts';

/** Maximum average size of a shard, in characters. An API server accepts 1 MiB. */
const shardSize = 200_000;

/** Entries of one kind and namespace share a shard up to this size, in characters. */
const groupSize = 50_000;

/** Size of an entry's line without its key, in characters. */
const entrySize = 50;

/** Returns the shards in order. Their number is a power of 2, which depends on the size alone. */
export function layOut(inventory: Inventory): readonly Inventory[] {
  const sizes = new Map<string, number>();
  let total = 0;
  for (const key of inventory.keys()) {
    const group = groupOf(key);
    const size = key.length + entrySize;
    sizes.set(group, (sizes.get(group) ?? 0) + size);
    total += size;
  }
  const count = powerFor(total / shardSize);
  const shards = Array.from({ length: count }, () => new Map<ObjectKey, InventoryEntry>());
  for (const [key, entry] of inventory) {
    const group = groupOf(key);
    const parts = powerFor((sizes.get(group) ?? 0) / groupSize);
    const part = parts === 1 ? '' : String(hash(key) & (parts - 1));
    shards[hash(group + part) & (count - 1)]?.set(key, entry);
  }
  return shards;
}

/** The parts of an inventory that a cluster has, by index. */
type StoredShards = ReadonlyMap<number, { readonly entries: Inventory }>;

/** Reports whether a cluster needs no write to have these parts. No part equals one without entries. */
export function isStored(layout: readonly Inventory[], stored: StoredShards): boolean {
  if (stored.size !== layout.length)
    return layout.every(({ size }) => size === 0) && stored.size === 0;
  return layout.every((part, index) => {
    const shard = stored.get(index);
    return shard !== undefined && needsNoWrite(part, shard.entries);
  });
}

/**
 * Returns the parts to write before a new layout, so that a key that moves to another part is in both of them;
 * undefined if no key moves.
 */
export function bridgeTo(
  layout: readonly Inventory[],
  entries: Inventory,
  stored: StoredShards,
): readonly Inventory[] | undefined {
  const moves = [...stored].some(([index, { entries: old }]) =>
    old.keys().some((key) => entries.has(key) && layout[index]?.has(key) !== true),
  );
  if (!moves) return undefined;
  return layout.map((part, index) => uniteOld(part, stored.get(index)?.entries));
}

function uniteOld(part: Inventory, old: Inventory | undefined): Inventory {
  return old === undefined ? part : uniteEntries([old, part]);
}

function groupOf(key: ObjectKey): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function powerFor(size: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(size)));
}

/** FNV-1a, 32 bits, with a final mix that makes the low bits depend on all bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
