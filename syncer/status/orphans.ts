import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Desired } from '../desired/desired.ts';
import { searchMembers } from '../inventory/find-members.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { groupKind } from '../observe/group-kind.ts';
import { within } from '../pace/within.ts';
import type { CacheSnapshot } from '../plan/plan.ts';

/** The orphans of a cluster. */
export interface FoundOrphans {
  readonly orphans: readonly ObjectKey[];
  /** API groups that may have further orphans, because they were not listed; absent if all were. */
  readonly unsearched?: readonly string[];
}

/** Maximum time for the kinds that neither Git nor the inventory has, in milliseconds. */
const searchMs = 3000;

/**
 * Finds the objects that the fleet applied, but that neither Git nor the inventory has, such as one that a proxy created
 * again. Lists the metadata of all kinds that the member does not observe. A kind that cannot be listed fails nothing.
 */
export async function findOrphans(
  member: Member,
  desired: Desired,
  inventory: Inventory,
  stop: AbortSignal,
): Promise<FoundOrphans> {
  const { port, owner, cache, clock } = member;
  const isListed = (kind: Kind) =>
    cache.listedAt(`${groupKind(kind)}//` as ObjectKey) !== undefined;
  const search = { leavesOut: isListed, mayBeOld: true } as const;
  const near = orphansIn(desired, inventory, cache.objects);
  const found = await within(clock, searchMs, stop, (signal) =>
    searchMembers(port, owner.names, signal, search),
  );
  if (found === undefined) return { orphans: near, unsearched: ['*'] };
  const uids = new Set(cache.objects.values().map(({ uid }) => uid));
  const isKnown = (key: ObjectKey) => desired.objects.has(key) || inventory.has(key);
  const others = found.objects
    .filter(isPresent)
    .filter(({ metadata }) => !uids.has(`${metadata.uid}`));
  const far = others.map(keyOf).filter((key) => !isKnown(key));
  const { unlistedGroups } = found;
  const unsearched = unlistedGroups.length > 0 && { unsearched: unlistedGroups };
  return { orphans: [...near, ...far].toSorted(), ...unsearched };
}

type Kind = Parameters<typeof groupKind>[0];

/** Reports whether the API server is not about to delete an object. */
function isPresent({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp === undefined;
}

/** Returns the orphans among the cached objects. Controllers copy the label of the fleet to objects that they create, so it does not count alone. */
function orphansIn(
  { objects }: Desired,
  inventory: Inventory,
  snapshot: CacheSnapshot,
): readonly ObjectKey[] {
  const isKnown = (key: ObjectKey) => objects.has(key) || inventory.has(key);
  const [known, others] = [new Set<string>(), [] as ObjectKey[]];
  for (const [key, { uid, fields, controller }] of snapshot) {
    if (isKnown(key)) known.add(uid);
    else if (fields !== '' && controller === '') others.push(key);
  }
  // Two API groups may serve one object.
  return others.filter((key) => !known.has(snapshot.get(key)?.uid ?? '')).toSorted();
}
