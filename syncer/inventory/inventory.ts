/**
 * The inventory: what past turns may have created in one member cluster, and how they left it. It
 * is kept in ConfigMaps, the first of which is the ApplySet's parent object, one line an object:
 * `<group/Kind/namespace/name> <version> <digest> <fields>`, with `-` for what is not known.
 */
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { parentMetadata, parentRef, toolingAnnotation } from '../ownership/applyset.ts';
import type { ObjectRef } from '../ports/cluster.ts';

/** How we left one object. */
export interface InventoryEntry {
  /** API version it was last applied at, without the group. */
  readonly version: string;
  /** Digest of the manifest that was applied; '' while that is not certain. */
  readonly digest: string;
  /** Fingerprint of the fields we own in it (fingerprint.ts); '' while that is not certain. */
  readonly fields: string;
}

/** Keys that a past turn may have created: what prune may delete, and nothing else. */
export type Inventory = ReadonlyMap<ObjectKey, InventoryEntry>;

const inventoryField = 'inventory';
const commitAnnotation = 'regatta.dev/commit';
const shardsAnnotation = 'regatta.dev/inventory-shards';

/** On the ConfigMaps of the inventory but the first; only for finding them. */
export const shardLabel = 'regatta.dev/inventory';

/** What is written beside the entries. */
export interface InventoryStamp {
  /** `regatta/<version>`. */
  readonly tooling: string;
  /** That the entries were last changed for. */
  readonly commit: string;
}

/** One ConfigMap's part. */
export interface Shard {
  /** 0 is the parent. */
  readonly index: number;
  readonly entries: Inventory;
  /** As last read or written; '' when there is none yet. */
  readonly resourceVersion: string;
}

/** What the whole inventory has, which the parent tells. */
export interface Whole {
  readonly keys: Iterable<ObjectKey>;
  readonly shards: number;
}

/** What names a shard in the cluster. */
export function shardRef(index: number): ObjectRef & { readonly namespace: string } {
  return index === 0 ? parentRef : { ...parentRef, name: `${parentRef.name}-${index}` };
}

/** The ConfigMap that says `shard`. */
export function shardObject(shard: Shard, whole: Whole, stamp: InventoryStamp): KubeObject {
  const { index, entries, resourceVersion } = shard;
  const { apiVersion, kind, name, namespace } = shardRef(index);
  const { labels, annotations } =
    index === 0 ? parentMetadata(whole.keys, stamp.tooling) : shardMetadata(index);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels,
      annotations: {
        ...annotations,
        ...(index === 0 && { [shardsAnnotation]: String(whole.shards) }),
        [commitAnnotation]: stamp.commit,
      },
      // A second writer makes the next save fail, and what it wrote is read first.
      ...(resourceVersion !== '' && { resourceVersion }),
    },
    data: { [inventoryField]: formatEntries(entries) },
  };
}

function shardMetadata(
  index: number,
): Required<Pick<KubeObject['metadata'], 'labels' | 'annotations'>> {
  return { labels: { [shardLabel]: String(index) }, annotations: {} };
}

/**
 * Reads a shard back.
 *
 * @throws ClusterError when another tool owns the ApplySet or a line can't be read: then nothing may be
 * written or pruned, because what is ours is not known.
 */
export function readShard(object: KubeObject): Shard {
  const { name, namespace, annotations, labels, resourceVersion } = object.metadata;
  const where = `ConfigMap ${namespace}/${name}`;
  const tooling = annotations?.[toolingAnnotation];
  if (tooling !== undefined && !tooling.startsWith('regatta/')) {
    throw new ClusterError('rejected', `${where} is the ApplySet of another tool (${tooling})`);
  }
  const data = object.data as { readonly [field: string]: string } | undefined;
  return {
    index: Number(labels?.[shardLabel] ?? 0),
    entries: parseEntries(data?.[inventoryField] ?? '', where),
    resourceVersion: String(resourceVersion ?? ''),
  };
}

/** How many shards there are by what the parent says. */
export function shardCount({ metadata: { annotations } }: KubeObject): number {
  return Number(annotations?.[shardsAnnotation] ?? 1);
}

/** The commit that a part of the inventory was last written for; '' when it doesn't say. */
export function commitOf({ metadata: { annotations } }: KubeObject): string {
  return annotations?.[commitAnnotation] ?? '';
}

/** What a parent says of the whole inventory: it is written anew when that changes. */
export function parentSummary({ metadata: { annotations } }: KubeObject): string {
  const { [commitAnnotation]: _commit, [toolingAnnotation]: _tooling, ...rest } = annotations ?? {};
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => byText(a, b)));
}

function formatEntries(entries: Inventory): string {
  return [...entries]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([key, { version, digest, fields }]) => [key, version, digest || '-', fields || '-'])
    .map((words) => `${words.join(' ')}\n`)
    .join('');
}

function parseEntries(text: string, where: string): Inventory {
  const entries = new Map<ObjectKey, InventoryEntry>();
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [key, version, digest, fields, ...rest] = line.split(' ');
    if (key?.split('/').length !== 4 || !version || !digest || !fields || rest.length > 0) {
      throw new ClusterError('rejected', `${where} has a line that is no inventory entry: ${line}`);
    }
    entries.set(key as ObjectKey, { version, digest: known(digest), fields: known(fields) });
  }
  return entries;
}

function known(word: string): string {
  return word === '-' ? '' : word;
}

/** Whether two inventories, or parts of one, say the same. */
export function sameEntries(a: Inventory, b: Inventory): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, entry] of a) if (!sameEntry(entry, b.get(key))) return false;
  return true;
}

function sameEntry(a: InventoryEntry, b: InventoryEntry | undefined): boolean {
  return a === b || (a.version === b?.version && a.digest === b.digest && a.fields === b.fields);
}

/** All in one; what they disagree on is not certain. */
export function uniteEntries(parts: readonly Inventory[]): Inventory {
  const united = new Map<ObjectKey, InventoryEntry>();
  for (const [key, entry] of parts.flatMap((part) => [...part])) {
    const other = united.get(key);
    const certain = other === undefined || sameEntry(entry, other);
    united.set(key, certain ? entry : { ...entry, digest: '', fields: '' });
  }
  return united;
}

/** What an entry names in the cluster. */
export function refOf(key: ObjectKey, { version }: InventoryEntry): ObjectRef {
  const [group, kind = '', namespace, name = ''] = key.split('/');
  const apiVersion = group ? `${group}/${version}` : version;
  return namespace ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name };
}
