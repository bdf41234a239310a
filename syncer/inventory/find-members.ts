import { byText, gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { memberSelector } from '../ownership/applyset.ts';
import { controllerOf } from '../ownership/keep.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import type { FleetNames } from '../ownership/names.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, KindRef } from '../ports/cluster.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';

const width = 8;

/** Number of kinds that may not answer in time before the cluster counts as unreachable. */
const maxSilent = 8;

/** The objects that a search found. */
export interface FoundMembers {
  readonly entries: Inventory;
  /** API groups that may hold further objects, because the API server did not show or list all of their kinds. */
  readonly unlistedGroups: readonly string[];
}

/**
 * Rebuilds a lost inventory: finds the objects that carry the fleet's label and that the fleet applied.
 * Controllers copy the label to objects that they create, such as a Service's EndpointSlices. Returns an
 * object that two API groups serve once.
 *
 * @param groups - API groups to search; absent means all groups
 */
export async function findMembers(
  port: ClusterPort,
  names: FleetNames,
  signal: AbortSignal,
  groups?: readonly string[],
): Promise<FoundMembers> {
  const isWanted = (group: string) => groups?.includes(group) ?? true;
  const { kinds, unknownGroups } = await port.discover(signal);
  const unlisted = new Set(unknownGroups.filter(isWanted));
  const searched = kinds.filter((kind) => isWanted(gvkOf(kind).group));
  const found = new Map<string, readonly [ObjectKey, InventoryEntry]>();
  let silent = 0;
  await forEachBounded(searched, width, signal, async (kind) => {
    const members = await membersOf(port, names, kind, signal);
    if (members instanceof ClusterError) {
      if (members.reason === 'unreachable' && ++silent > maxSilent) throw members;
      unlisted.add(gvkOf(kind).group);
      return;
    }
    for (const object of members) {
      const { version } = gvkOf(object);
      const { uid } = object.metadata;
      found.set(String(uid), [keyOf(object), { version, digest: '', fields: '' }]);
    }
  });
  signal.throwIfAborted();
  return { entries: new Map(found.values()), unlistedGroups: [...unlisted].toSorted(byText) };
}

/** Returns the members of one kind, or why the API server does not list them. */
async function membersOf(
  port: ClusterPort,
  { applySetId, manager }: FleetNames,
  { apiVersion, kind }: KindRef,
  signal: AbortSignal,
): Promise<readonly KubeObject[] | ClusterError> {
  const selection = {
    kind: { apiVersion, kind },
    label: memberSelector(applySetId),
    detail: 'metadata',
  } as const;
  try {
    const { objects } = await port.list(selection, signal);
    return objects.filter(
      (object) => ownedFieldsOf(object, manager) && controllerOf(object) === '',
    );
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    // Ignore kinds that the syncer may not list, because it cannot have created objects of them, and kinds
    // that the cluster stopped serving since discovery.
    const isIgnored = ['forbidden', 'rejected', 'unknown-kind'].includes(error.reason);
    return isIgnored ? [] : error;
  }
}
