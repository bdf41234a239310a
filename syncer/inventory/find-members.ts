import { byText, gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { memberSelector } from '../ownership/applyset.ts';
import { controllerOf } from '../ownership/keep.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import type { FleetNames } from '../ownership/names.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, KindRef, ObjectQuery } from '../ports/cluster.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';

const width = 8;

/** Number of kinds that may not answer in time before the cluster counts as unreachable. */
const maxSilent = 8;

/** Which kinds a search covers. */
export interface MemberSearch {
  /** API groups to search; absent means all groups. */
  readonly groups?: readonly string[] | undefined;
  /** Reports whether to leave out a kind. */
  readonly leavesOut?: (kind: KindRef) => boolean;
  /** True if the lists may come from the API server's own cache. */
  readonly mayBeOld?: true;
}

/** The objects that a search found. */
export interface FoundObjects {
  /** Objects without spec, data and status. */
  readonly objects: readonly KubeObject[];
  readonly unlistedGroups: readonly string[];
}

/** The inventory entries that a search found. */
export interface FoundMembers {
  readonly entries: Inventory;
  /** API groups that may hold further objects, because the API server did not show or list all of their kinds. */
  readonly unlistedGroups: readonly string[];
}

/** Rebuilds a lost inventory from the objects that `searchMembers` finds in some API groups, or in all of them. */
export async function findMembers(
  port: ClusterPort,
  names: FleetNames,
  signal: AbortSignal,
  groups?: readonly string[],
): Promise<FoundMembers> {
  const { objects, unlistedGroups } = await searchMembers(port, names, signal, { groups });
  const entries = objects.map((object) => {
    const entry = { version: gvkOf(object).version, digest: '', fields: '' };
    return [keyOf(object), entry] as const;
  });
  return { entries: new Map<ObjectKey, InventoryEntry>(entries), unlistedGroups };
}

/**
 * Finds the objects that carry the fleet's label and that the fleet applied, in no order. Controllers copy the label to
 * objects that they create, such as a Service's EndpointSlices. Returns an object that two API groups serve once.
 *
 * @throws ClusterError if the cluster does not answer
 */
export async function searchMembers(
  port: ClusterPort,
  names: FleetNames,
  signal: AbortSignal,
  search: MemberSearch = {},
): Promise<FoundObjects> {
  const { groups, leavesOut = () => false } = search;
  const isWanted = (group: string) => groups?.includes(group) ?? true;
  const { kinds, unknownGroups } = await port.discover(signal);
  const unlisted = new Set(unknownGroups.filter(isWanted));
  const searched = kinds.filter((kind) => isWanted(gvkOf(kind).group) && !leavesOut(kind));
  const found = new Map<string, KubeObject>();
  let silent = 0;
  await forEachBounded(searched, width, signal, async (kind) => {
    const members = await membersOf(port, names, { ...search, kind }, signal);
    if (members instanceof ClusterError) {
      if (members.reason === 'unreachable' && ++silent > maxSilent) throw members;
      unlisted.add(gvkOf(kind).group);
      return;
    }
    for (const object of members) found.set(String(object.metadata.uid), object);
  });
  signal.throwIfAborted();
  return { objects: [...found.values()], unlistedGroups: [...unlisted].toSorted(byText) };
}

/** Returns the members of one kind, or why the API server does not list them. */
export async function membersOf(
  port: ClusterPort,
  { applySetId, manager }: FleetNames,
  { kind: { apiVersion, kind }, mayBeOld }: Pick<ObjectQuery, 'kind' | 'mayBeOld'>,
  signal: AbortSignal,
): Promise<readonly KubeObject[] | ClusterError> {
  const selection = {
    kind: { apiVersion, kind },
    label: memberSelector(applySetId),
    detail: 'metadata',
    ...(mayBeOld && { mayBeOld }),
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
