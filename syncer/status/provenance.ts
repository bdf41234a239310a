/** Leads from a live object to the fleet, repository and commit that it comes from, without writing anything. */
import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { renderedPathOf, renderedPaths } from '#model/rendered-path.ts';
import { readShard } from '../inventory/config-map.ts';
import { readFurtherShards } from '../inventory/further-shards.ts';
import { partOfLabel } from '../ownership/applyset.ts';
import { type FoundInventory, findInventories } from '../ownership/found-inventory.ts';
import { type FleetNames, systemNamespace } from '../ownership/names.ts';
import type { ClusterPort, ObjectRef, ServedKind } from '../ports/cluster.ts';

/** How a person names a live object. */
export interface LiveName {
  /** Reports whether the person means this kind. */
  readonly isKind: (kind: ServedKind) => boolean;
  readonly name: string;
  /** Has no effect for cluster-scoped kinds. */
  readonly namespace: string;
}

/** Where a managed object comes from. */
export interface Provenance {
  readonly fleet: { readonly name: string; readonly id: string };
  /** Host and path of the repository. Repository, branch and path are '' if an older version wrote the inventory. */
  readonly repository: string;
  readonly branch: string;
  readonly path: string;
  /** The commit for which a syncer last changed the inventory. */
  readonly commit: string;
  /** The name of the cluster in the repository; '' if an older version wrote the inventory. */
  readonly cluster: string;
  /** The rendered file, below the cluster's directory. */
  readonly file: string;
}

/**
 * Returns the live objects with a name, of each kind that the person may mean.
 *
 * @returns undefined if the cluster serves no such kind
 * @throws ClusterError if the cluster does not answer
 */
export async function findLive(
  port: ClusterPort,
  { isKind, name, namespace }: LiveName,
  stop: AbortSignal,
): Promise<readonly KubeObject[] | undefined> {
  const kinds = (await port.discover(stop)).kinds.filter(isKind);
  if (kinds.length === 0) return undefined;
  const refs = kinds.map(({ apiVersion, kind, namespaced }): ObjectRef => {
    return { apiVersion, kind, name, ...(namespaced && { namespace }) };
  });
  const found = await Promise.all(refs.map((ref) => port.read(ref, stop)));
  return found.filter((object) => object !== undefined);
}

/**
 * Returns where a live object comes from, or why no fleet manages it. The label alone proves nothing, because any
 * client can copy it: the inventory must list the object.
 *
 * @throws ClusterError if the cluster does not answer or the inventory is invalid
 */
export async function provenanceOf(
  port: ClusterPort,
  object: KubeObject,
  stop: AbortSignal,
): Promise<Provenance | { readonly unmanaged: string }> {
  const label = object.metadata.labels?.[partOfLabel];
  if (label === undefined) return { unmanaged: `it has no label ${partOfLabel}` };
  const inventory = await inventoryWith(label, port, stop);
  if (inventory === undefined) return { unmanaged: 'its label names no inventory of a fleet' };
  const { names, fleet, commit, cluster } = inventory;
  const { name = '', id = '', origin } = fleet ?? {};
  const keys = await keysIn(names, port, stop);
  const key = keyOf(object);
  if (!keys.includes(key)) {
    return { unmanaged: `the inventory of fleet ${JSON.stringify(name)} does not list it` };
  }
  const { repository = '', branch = '', path = '' } = origin ?? {};
  const file = renderedPaths(keys).get(key) ?? renderedPathOf(key);
  return { fleet: { name, id }, repository, branch, path, commit, cluster, file };
}

/** Finds the inventory by its own label, as kubectl can. */
async function inventoryWith(
  label: string,
  port: ClusterPort,
  stop: AbortSignal,
): Promise<FoundInventory | undefined> {
  const query = {
    kind: { apiVersion: 'v1', kind: 'ConfigMap' },
    label: `applyset.kubernetes.io/id=${label}`,
    detail: 'metadata',
    namespace: systemNamespace,
  } as const;
  const { objects } = await port.list(query, stop);
  return findInventories(objects).find(({ names }) => names.applySetId === label);
}

async function keysIn(
  names: FleetNames,
  port: ClusterPort,
  stop: AbortSignal,
): Promise<readonly ObjectKey[]> {
  const [parent, others] = await Promise.all([
    port.read(names.inventory, stop),
    readFurtherShards(port, names, stop),
  ]);
  const shards = parent === undefined ? others : [readShard(parent), ...others];
  return shards.flatMap(({ entries }) => [...entries.keys()]);
}
