/**
 * The inventory: what past turns may have created in one member cluster, and how they left it. It
 * is kept in the ApplySet's parent object, one line an object:
 * `<group/Kind/namespace/name> <version> <digest> <fields>`, with `-` for what is not known.
 */
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import { parentMetadata, parentRef, toolingAnnotation } from './applyset.ts';
import { ClusterError, type ObjectRef } from './ports.ts';

/** How we left one object. */
export interface InventoryEntry {
  /** API version it was last applied at, without the group. */
  readonly version: string;
  /** Digest of the manifest that was applied; '' while that is not certain. */
  readonly digest: string;
  /** Fingerprint of the fields we own in it (ownership.ts); '' while that is not certain. */
  readonly fields: string;
}

/** Keys that a past turn may have created: what prune may delete, and nothing else. */
export type Inventory = ReadonlyMap<ObjectKey, InventoryEntry>;

/** The commit a cluster was last brought to, for people and for `regatta status`. */
export interface StoredInventory {
  readonly entries: Inventory;
  /** Of the parent object as read; '' when there is none yet. */
  readonly resourceVersion: string;
}

const inventoryField = 'inventory';
const commitAnnotation = 'regatta.dev/commit';
const treeAnnotation = 'regatta.dev/tree';

/** What is written beside the entries. */
export interface InventoryStamp {
  /** `regatta/<version>`. */
  readonly tooling: string;
  readonly commit: string;
  /** Git tree id of the cluster's directory; '' while a turn is under way. */
  readonly tree: string;
}

/** The parent object that says `entries`. */
export function parentOf(
  entries: Inventory,
  stamp: InventoryStamp,
  resourceVersion: string,
): KubeObject {
  const { labels, annotations } = parentMetadata(entries.keys(), stamp.tooling);
  const { apiVersion, kind, name, namespace } = parentRef;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels,
      annotations: {
        ...annotations,
        [commitAnnotation]: stamp.commit,
        [treeAnnotation]: stamp.tree,
      },
      // A second writer makes the next save fail, and what it wrote is read first.
      ...(resourceVersion !== '' && { resourceVersion }),
    },
    data: { [inventoryField]: formatEntries(entries) },
  };
}

/**
 * Reads the parent object back.
 *
 * @throws ClusterError when another tool owns the ApplySet or a line can't be read: then nothing may be
 * written or pruned, because what is ours is not known.
 */
export function readParent(parent: KubeObject | undefined): StoredInventory {
  if (parent === undefined) return { entries: new Map(), resourceVersion: '' };
  const tooling = parent.metadata.annotations?.[toolingAnnotation];
  const where = `ConfigMap ${parentRef.namespace}/${parentRef.name}`;
  if (tooling !== undefined && !tooling.startsWith('regatta/')) {
    throw new ClusterError('rejected', `${where} is the ApplySet of another tool (${tooling})`);
  }
  const data = parent.data as { readonly [field: string]: string } | undefined;
  return {
    entries: parseEntries(data?.[inventoryField] ?? '', where),
    resourceVersion: String(parent.metadata.resourceVersion ?? ''),
  };
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

/** What an entry names in the cluster. */
export function refOf(key: ObjectKey, { version }: InventoryEntry): ObjectRef {
  const [group, kind = '', namespace, name = ''] = key.split('/');
  const apiVersion = group ? `${group}/${version}` : version;
  return namespace ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name };
}
