/**
 * Divides an inventory among ConfigMaps, so that no number of objects is too many for it: by
 * namespace and kind, so that a change that stays within them touches few; what is large of one
 * namespace and kind also by name.
 */
import type { ObjectKey } from '#model/object.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';

/** An API server takes 1 MiB; a shard has this on the average at most, in characters. */
const shardSize = 200_000;

/** What one namespace has of one kind stays together up to this size. */
const groupSize = 50_000;

/** An entry's line without its key. */
const entrySize = 50;

/** Shards by their number, 0 and up; their count is a power of 2, which only grows with the size. */
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

function groupOf(key: ObjectKey): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function powerFor(size: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(size)));
}

/** FNV-1a, 32 bits, mixed once more so that its low bits depend on all. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
