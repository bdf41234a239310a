/**
 * The ConfigMaps that store an inventory, each with a part of its entries. The first one is the ApplySet's
 * parent object, and records facts about the whole inventory.
 */
import { byText, isFieldMap, type KubeObject, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import {
  clusterAnnotation,
  commitAnnotation,
  parentMetadata,
  toolingAnnotation,
} from '../ownership/applyset.ts';
import { type Marks, marksOf } from '../ownership/marks.ts';
import { type FleetNames, inventoryPart, type SystemRef } from '../ownership/names.ts';
import type { Owner } from '../ownership/owner.ts';
import { formatEntries, type Inventory, parseEntries } from './inventory.ts';

const inventoryField = 'inventory';
const memoryAnnotation = 'regatta.dev/inventory-deletions';
const shardsAnnotation = 'regatta.dev/inventory-shards';
/** API groups whose objects the inventory may lack, because it was rebuilt without them. */
const unlistedAnnotation = 'regatta.dev/inventory-unlisted';
/** The commit from which on changes may have deleted objects that are still in the inventory. */
const pendingAnnotation = 'regatta.dev/inventory-pending-since';
const claimedAnnotation = 'regatta.dev/fleet-claimed';

/** Label of the inventory's ConfigMaps except the first, used to find them. */
export const shardLabel = 'regatta.dev/inventory';

/** Metadata that the store writes with the entries. */
export interface InventoryStamp {
  /** The syncer's name and version, `regatta.dev/<version>`. */
  readonly tooling: string;
  readonly owner: Owner;
  /** Name of the cluster in the fleet repository; '' if unknown. */
  readonly cluster: string;
  /** When the fleet claimed an inventory without identity, or from another origin, RFC 3339; '' if it did not. */
  readonly claimedAt: string;
  /** The commit for which the syncer last changed the entries. */
  readonly commit: string;
  /** What the syncer remembers of deletions (deletion-memory.ts); '' for nothing. */
  readonly deletions: string;
  /** The commit from which on changes may have deleted objects that the syncer has not deleted yet; '' for none. */
  readonly pendingSince: string;
}

/** The entries of one ConfigMap. */
export interface Shard {
  /** 0 is the parent. */
  readonly index: number;
  readonly entries: Inventory;
  /** resourceVersion of the last read or write; '' before the ConfigMap exists. */
  readonly resourceVersion: string;
}

/** Facts about the whole inventory, which the parent records. */
export interface Whole {
  readonly keys: Iterable<ObjectKey>;
  readonly shards: number;
  /** API groups whose objects the inventory may lack. */
  readonly unlistedGroups: readonly string[];
}

/** Returns the reference of a shard's ConfigMap. */
export function shardRef({ inventory, partSeparator }: FleetNames, index: number): SystemRef {
  if (index === 0) return inventory;
  return { ...inventory, name: `${inventory.name}${partSeparator}${index}` };
}

/** Returns the ConfigMap of a shard. */
export function shardObject(shard: Shard, whole: Whole, stamp: InventoryStamp): KubeObject {
  const { index, entries, resourceVersion } = shard;
  const { names, fleet } = stamp.owner;
  const { apiVersion, kind, name, namespace } = shardRef(names, index);
  const { labels, annotations } = index === 0 ? parentMarks(whole, stamp) : shardMarks(index);
  const marks = marksOf(fleet);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { ...labels, ...marks.labels },
      annotations: { ...annotations, ...marks.annotations, [commitAnnotation]: stamp.commit },
      // After a second writer, the save fails, and the next turn reads what that writer wrote.
      ...(resourceVersion !== '' && { resourceVersion }),
    },
    data: { [inventoryField]: formatEntries(entries) },
  };
}

function parentMarks(
  { keys, shards, unlistedGroups }: Whole,
  { tooling, owner, cluster, claimedAt, deletions, pendingSince }: InventoryStamp,
): Marks {
  const { labels, annotations } = parentMetadata(keys, tooling, owner.names.applySetId);
  const own = {
    [shardsAnnotation]: String(shards),
    ...(unlistedGroups.length > 0 && { [unlistedAnnotation]: JSON.stringify(unlistedGroups) }),
    ...(deletions !== '' && { [memoryAnnotation]: deletions }),
    ...(pendingSince !== '' && { [pendingAnnotation]: pendingSince }),
    ...(cluster !== '' && { [clusterAnnotation]: cluster }),
    ...(claimedAt !== '' && { [claimedAnnotation]: claimedAt }),
  };
  return { labels, annotations: { ...annotations, ...own } };
}

function shardMarks(index: number): Marks {
  return { labels: { [shardLabel]: String(index) }, annotations: {} };
}

/**
 * Parses the ConfigMap of a shard.
 *
 * @throws ClusterError if another tool owns the ApplySet or a line is invalid. The syncer must then neither
 *   write nor prune, because it does not know which objects Regatta manages.
 */
export function readShard(object: KubeObject): Shard {
  const { name, namespace, annotations, labels, resourceVersion } = object.metadata;
  const where = `ConfigMap ${namespace}/${name}`;
  const tooling = annotations?.[toolingAnnotation];
  if (tooling !== undefined && !/^regatta(\.dev)?\//.test(tooling)) {
    throw new ClusterError('rejected', `${where} is the ApplySet of another tool (${tooling})`);
  }
  const text = isFieldMap(object.data) ? (object.data[inventoryField] ?? '') : '';
  if (typeof text !== 'string') {
    throw new ClusterError('rejected', `${where}: data.${inventoryField} is not a text`);
  }
  const index = Number(labels?.[shardLabel] ?? 0);
  if (index >= maxShards || index !== inventoryPart(name)?.index) {
    throw new ClusterError('rejected', `${where} is not part ${index} of the inventory`);
  }
  return {
    index,
    entries: parseEntries(text, where),
    resourceVersion: String(resourceVersion ?? ''),
  };
}

/** Maximum number of shards. They hold millions of entries. */
const maxShards = 1000;

/**
 * Returns the number of shards that the parent records.
 *
 * @throws ClusterError if it is not a number from 1 to `maxShards`, which the syncer cannot have written
 */
export function shardCount({ metadata: { annotations, name, namespace } }: KubeObject): number {
  const text = annotations?.[shardsAnnotation] ?? '1';
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= maxShards) return count;
  const fault = `${JSON.stringify(text.slice(0, 40))} is not a number from 1 to ${maxShards}`;
  const where = `ConfigMap ${namespace}/${name}`;
  throw new ClusterError('rejected', `${where}: annotation ${shardsAnnotation}: ${fault}`);
}

/** Returns the API groups whose objects the inventory may lack, according to the parent. */
export function unlistedGroupsOf({ metadata: { annotations } }: KubeObject): readonly string[] {
  const text = annotations?.[unlistedAnnotation] ?? '[]';
  try {
    const groups: unknown = JSON.parse(text);
    if (Array.isArray(groups)) return groups.map(String);
  } catch {
    // JSON that cannot be parsed is reported below, like JSON of another shape.
  }
  throw new ClusterError('rejected', `the annotation ${unlistedAnnotation} is invalid: ${text}`);
}

/** Returns the commit for which a syncer last wrote a ConfigMap of the inventory; '' if the ConfigMap has no commit. */
export function commitOf({ metadata: { annotations } }: KubeObject): string {
  return annotations?.[commitAnnotation] ?? '';
}

/** What a parent records for the next turns. */
export type Stamped = Pick<InventoryStamp, 'deletions' | 'pendingSince' | 'claimedAt'>;

/** Returns what a parent records for the next turns. */
export function stampedOf({ metadata: { annotations } }: KubeObject): Stamped {
  return {
    deletions: annotations?.[memoryAnnotation] ?? '',
    pendingSince: annotations?.[pendingAnnotation] ?? '',
    claimedAt: annotations?.[claimedAnnotation] ?? '',
  };
}

/** Returns what a parent records about the whole inventory. The store writes the parent again when this changes. */
export function parentSummary({ metadata: { annotations } }: KubeObject): string {
  const { [commitAnnotation]: _commit, [toolingAnnotation]: _tooling, ...rest } = annotations ?? {};
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => byText(a, b)));
}
