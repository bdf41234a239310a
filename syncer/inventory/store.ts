import type { ObjectKey } from '#model/object.ts';
import { createSystemNamespace } from '../ownership/create-namespace.ts';
import type { Owner } from '../ownership/owner.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import {
  commitOf,
  type InventoryStamp,
  parentSummary,
  readShard,
  type Shard,
  type Stamped,
  shardCount,
  shardObject,
  shardRef,
  stampedOf,
  unlistedGroupsOf,
} from './config-map.ts';
import { presentIn } from './departed.ts';
import { type FoundMembers, findMembers } from './find-members.ts';
import { readFurtherShards } from './further-shards.ts';
import { type Inventory, needsNoWrite, uniteEntries } from './inventory.ts';
import { bridgeTo, isStored, layOut } from './shards.ts';

/** The inventory as the cluster stores it. */
interface Stored {
  readonly entries: Inventory;
  readonly shards: ReadonlyMap<number, Shard>;
  /** API groups whose objects the inventory may lack. */
  readonly unlistedGroups: readonly string[];
}

/** Options of a save. What is absent does not change. */
export interface SaveHow extends Partial<Stamped> {
  /** Also save when only the commit differs, because the turn will change the cluster for it. */
  readonly mark?: boolean;
}

/** What the store writes about its syncer. */
interface StoreOptions {
  readonly owner: Owner;
  readonly tooling: string;
  /** Name of the cluster in the fleet repository. */
  readonly cluster?: string;
}

/** One member cluster's inventory. The store reads it once, and writes only shards that need a write. */
export class InventoryStore {
  readonly #port: ClusterPort;
  readonly #options: StoreOptions;
  /** Called with the number of objects that the store found again after the cluster lost the inventory. */
  readonly #onRebuilt: (count: number) => void;
  #stored: Stored | undefined;
  /** The entries that need no further write: most turns do not change them. */
  #saved: Inventory | undefined;
  /** What the parent records about the whole inventory. */
  #summary = '';
  #commit = '';
  /** The API groups that the parent records as unlisted. */
  #writtenGroups: readonly string[] = [];
  /** What the parent records besides. */
  #stamped: Stamped = { deletions: '', pendingSince: '', claimedAt: '' };
  #hasCreatedNamespace = false;

  constructor(port: ClusterPort, options: StoreOptions, onRebuilt: (count: number) => void) {
    this.#port = port;
    this.#options = options;
    this.#onRebuilt = onRebuilt;
  }

  /** Returns the stored inventory. If the cluster lost all or part of it, returns the objects with Regatta's label. */
  async read(signal: AbortSignal): Promise<Inventory> {
    const known = this.#stored ?? (await this.#read(signal));
    this.#stored = await this.#complete(known, signal);
    return this.#stored.entries;
  }

  /** The inventory as the store last read or wrote it; undefined if it must read the inventory again. */
  get entries(): Inventory | undefined {
    return this.#stored?.entries;
  }

  /** API groups whose objects the inventory may lack, because they were unknown when it was rebuilt. */
  get unlistedGroups(): readonly string[] {
    return this.#stored?.unlistedGroups ?? [];
  }

  /** Drops the cached inventory, so that the next read asks the cluster. */
  forget(): void {
    this.#stored = undefined;
    this.#saved = undefined;
  }

  /** The cluster's commit according to the inventory; '' if the inventory has no commit or the store has not read it. */
  get commit(): string {
    return this.#commit;
  }

  /** What the inventory remembers of deletions; '' if that is nothing or the store has not read it. */
  get deletions(): string {
    return this.#stamped.deletions;
  }

  /** The commit from which on changes may have deleted objects that are still there; '' if nothing is pending. */
  get pendingSince(): string {
    return this.#stamped.pendingSince;
  }

  /** When the fleet claimed the inventory, RFC 3339; '' if it did not, or the store has not read the inventory. */
  get claimedAt(): string {
    return this.#stamped.claimedAt;
  }

  /** Deletes the whole inventory, the parent last. The store reads nothing afterwards. */
  async remove(): Promise<void> {
    await this.#drop(1);
    await this.#drop(0);
    this.forget();
  }

  /**
   * Writes the shards that differ from the cluster's in more than fingerprints. No key is missing at any moment: a key that moves to
   * another shard stays in both until the store has written every shard.
   */
  async save(entries: Inventory, commit: string, how: SaveHow = {}): Promise<void> {
    const stored = this.#stored;
    if (stored === undefined) throw new Error('the inventory must be read before it is saved');
    const isListed = this.#writtenGroups.join() === stored.unlistedGroups.join();
    const { mark, ...changes } = how;
    const next = { ...this.#stamped, ...changes };
    const isStamped = JSON.stringify(next) === JSON.stringify(this.#stamped);
    const isMarked = isListed && isStamped && (!mark || commit === this.#commit);
    if (entries === this.#saved && isMarked) return;
    const layout = layOut(entries);
    if (isStored(layout, stored.shards) && isMarked) {
      this.#stored = { ...stored, entries };
      this.#saved = entries;
      return;
    }
    this.#saved = undefined;
    const { cluster = '' } = this.#options;
    const stamp = { ...this.#options, ...next, cluster, commit, isMarked };
    const bridge = bridgeTo(layout, entries, stored.shards);
    if (bridge !== undefined) await this.#write(bridge, stamp);
    await this.#write(layout, stamp);
    await this.#drop(layout.length);
    this.#stored = { ...stored, shards: this.#stored?.shards ?? new Map(), entries };
    this.#saved = entries;
  }

  async #read(signal: AbortSignal): Promise<Stored> {
    const { names } = this.#options.owner;
    const parent = await this.#port.read(names.inventory, signal);
    const first = parent && readShard(parent);
    this.#summary = parent === undefined ? '' : parentSummary(parent);
    this.#commit = parent === undefined ? '' : commitOf(parent);
    // Without a parent, the inventory is lost, but this process still knows what it has deleted.
    this.#stamped = parent === undefined ? { ...this.#stamped, claimedAt: '' } : stampedOf(parent);
    const count = parent === undefined ? 1 : shardCount(parent);
    const others =
      parent === undefined || count > 1 ? await readFurtherShards(this.#port, names, signal) : [];
    const shards = new Map([...(first ? [first] : []), ...others].map((one) => [one.index, one]));
    const read = uniteEntries([...shards.values()].map(({ entries }) => entries));
    const isWhole = Array.from({ length: count }, (_, i) => shards.has(i)).every(Boolean);
    const unlistedGroups = parent === undefined ? [] : unlistedGroupsOf(parent);
    this.#writtenGroups = unlistedGroups;
    const stored = { entries: read, shards, unlistedGroups };
    if (isWhole) return stored;
    const found = await findMembers(this.#port, names, signal);
    // Nothing was lost: the fleet has never managed an object of the cluster.
    if (parent === undefined && found.entries.size === 0) return stored;
    return this.#add(stored, found);
  }

  /** Searches again the API groups that were unknown when the inventory was rebuilt. */
  async #complete(stored: Stored, signal: AbortSignal): Promise<Stored> {
    const { unlistedGroups } = stored;
    if (unlistedGroups.length === 0) return stored;
    const { names } = this.#options.owner;
    return this.#add(stored, await findMembers(this.#port, names, signal, unlistedGroups));
  }

  #add(stored: Stored, { entries, unlistedGroups }: FoundMembers): Stored {
    const lost = [...entries].filter(([key]) => !stored.entries.has(key));
    if (lost.length > 0) this.#onRebuilt(lost.length);
    return { ...stored, entries: new Map([...stored.entries, ...lost]), unlistedGroups };
  }

  /** Writes the parent last, because it records the number of shards. */
  async #write(
    layout: readonly Inventory[],
    { isMarked, ...stamp }: InventoryStamp & { readonly isMarked: boolean },
  ): Promise<void> {
    await this.#createNamespace();
    for (const index of [...layout.keys()].toReversed()) {
      const known = this.#stored?.shards.get(index);
      const entries = layout[index] ?? new Map();
      const shard = { index, entries, resourceVersion: known?.resourceVersion ?? '' };
      const same = known !== undefined && needsNoWrite(entries, known.entries);
      if (same && index !== 0) continue;
      const { unlistedGroups } = this;
      const whole = { keys: keysOf(layout), shards: layout.length, unlistedGroups };
      const object = shardObject(shard, whole, stamp);
      if (same && isMarked && parentSummary(object) === this.#summary) continue;
      const { manager } = this.#options.owner.names;
      const written = await this.#port.apply(object, { dryRun: false, manager }, noAbort);
      const { resourceVersion } = written.object.metadata;
      this.#note({ ...shard, resourceVersion: String(resourceVersion ?? '') });
      if (index !== 0) continue;
      this.#summary = parentSummary(object);
      this.#commit = stamp.commit;
      this.#writtenGroups = unlistedGroups;
      const { deletions, pendingSince, claimedAt } = stamp;
      this.#stamped = { deletions, pendingSince, claimedAt };
    }
  }

  /** Deletes the shards that a smaller inventory no longer needs. */
  async #drop(count: number): Promise<void> {
    for (const { index } of [...(this.#stored?.shards.values() ?? [])]) {
      if (index < count) continue;
      const ref = shardRef(this.#options.owner.names, index);
      const live = await this.#port.read(ref, noAbort);
      if (live !== undefined) {
        await this.#port.delete(ref, String(live.metadata.uid), noAbort);
      }
      this.#note({ index, entries: new Map(), resourceVersion: 'gone' });
    }
  }

  #note(shard: Shard): void {
    const shards = new Map(this.#stored?.shards).set(shard.index, shard);
    if (shard.resourceVersion === 'gone') shards.delete(shard.index);
    this.#stored = { unlistedGroups: [], entries: new Map(), ...this.#stored, shards };
  }

  async #createNamespace(): Promise<void> {
    if (this.#hasCreatedNamespace || this.#stored?.shards.has(0)) return;
    await createSystemNamespace(this.#port, this.#options.owner.names.manager);
    this.#hasCreatedNamespace = true;
  }
}

function keysOf(parts: readonly Inventory[]): readonly ObjectKey[] {
  return parts.flatMap((part) => [...presentIn(part).keys()]);
}
