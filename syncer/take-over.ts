/** Makes an inventory, or the objects of another fleet, this fleet's. Deletes no object that they list. */
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { ClusterError } from './cluster-error.ts';
import { type Inventory, type InventoryEntry, refOf, uniteEntries } from './inventory/inventory.ts';
import { InventoryStore } from './inventory/store.ts';
import type { HeldByOther } from './lease/lease-state.ts';
import { LeasedPort } from './lease/leased-port.ts';
import { MemberLease } from './lease/member-lease.ts';
import type { Member } from './member.ts';
import { partOfLabel } from './ownership/applyset.ts';
import type { FoundInventory } from './ownership/found-inventory.ts';
import { isAppliedBy, managedFieldsOf } from './ownership/managed-fields.ts';
import { type FleetNames, fleetLabel } from './ownership/names.ts';
import { transferFields } from './ownership/reclaim.ts';
import type { ClaimCause } from './ownership/standing.ts';
import { forEachBounded } from './pace/pool.ts';
import type { ClusterPort, ObjectRef } from './ports/cluster.ts';
import type { HolderPort } from './ports/machine.ts';
import { noAbort } from './ports/no-abort.ts';

/** Maximum number of objects in progress. */
const width = 8;

/**
 * Records the fleet in an inventory that names no fleet, or another origin. The member must hold its Lease.
 *
 * @throws AheadError if the fleet moved and `commit` does not descend from the cluster's
 */
export async function claimInventory(
  member: Member,
  cause: ClaimCause,
  commit: string,
  stop: AbortSignal,
): Promise<void> {
  const entries = await member.inventory(stop);
  // A fleet that moved keeps its history, so its cluster must not go back to an older commit either.
  if (cause === 'moved') await member.expectBehind(commit, stop);
  const own = cause === 'unidentified' ? takenEntries(entries) : entries;
  const claimedAt = new Date(member.clock.now()).toISOString();
  await member.save(own, commit, { claimedAt });
  const reason = `${claimReasons[cause]}; deletions need an acknowledgement for 24 hours`;
  member.report({ type: 'claimed', cluster: member.name, objects: entries.size, reason });
}

const claimReasons: Record<ClaimCause, string> = {
  proven: 'the inventory named no fleet, and its commit is in the history of this one',
  unidentified: 'the inventory named no fleet, and --take-over unidentified gives it to this one',
  moved: 'the fleet moved, as --take-over says',
};

interface TakeOver {
  readonly member: Member;
  /** Marks of this process in the other fleet's Lease. */
  readonly holder: HolderPort;
  readonly commit: string;
  readonly stop: AbortSignal;
}

/**
 * Takes over the objects of another fleet, and removes its inventory. The member must hold its own Lease. If
 * the syncer dies at any point, the next take-over completes this one: an object is always in an inventory,
 * and the other inventory stays until every object carries this fleet's label.
 *
 * @returns the holder of the other fleet's Lease, if its syncer still runs
 * @throws ClusterError if an object cannot be taken over; the others are
 */
export async function takeOverFleet(
  { member, holder, commit, stop }: TakeOver,
  theirs: FoundInventory,
): Promise<HeldByOther | undefined> {
  const { names } = theirs;
  const { manager } = member.owner.names;
  const { name, port, clock } = member;
  const place = { ref: names.lease };
  const lease = new MemberLease({ name, port, clock, holder, place, manager, onLoss: () => {} });
  try {
    const state = await lease.take(stop);
    if (state.type === 'held-by-other') return state;
    const through = new LeasedPort(port, lease);
    const owner = { ...member.owner, names };
    const store = new InventoryStore(through, { owner, tooling: '' }, () => {});
    const entries = await store.read(stop);
    const own = await member.inventory(stop);
    await member.save(uniteEntries([own, takenEntries(entries)]), commit);
    await relabelAll(through, member, { entries, names }, stop);
    await store.remove();
    await removeLease(through, names);
    const fleet = theirs.fleet?.name;
    const from =
      fleet === undefined ? 'the inventory without a fleet' : `fleet ${JSON.stringify(fleet)}`;
    const reason = `--take-over: from ${from}; their deletions need an acknowledgement`;
    member.report({ type: 'claimed', cluster: name, objects: entries.size, reason });
    return undefined;
  } finally {
    await lease.release();
  }
}

function takenEntries(entries: Inventory): Inventory {
  const taken = ({ version }: InventoryEntry) =>
    ({ version, digest: '', fields: '', taken: true }) as const;
  return new Map([...entries].map(([key, entry]) => [key, taken(entry)]));
}

interface Theirs {
  readonly entries: Inventory;
  readonly names: FleetNames;
}

async function relabelAll(
  port: ClusterPort,
  member: Member,
  { entries, names }: Theirs,
  stop: AbortSignal,
): Promise<void> {
  const faults: string[] = [];
  await forEachBounded([...entries], width, stop, async ([key, entry]) => {
    await relabel(port, member, { key, entry, names }, stop).catch((error: unknown) => {
      if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
      faults.push(error.message);
    });
  });
  stop.throwIfAborted();
  const [first] = faults;
  if (first === undefined) return;
  throw new ClusterError('transient', `${faults.length} objects cannot be taken over: ${first}`);
}

interface TheirObject {
  readonly key: ObjectKey;
  readonly entry: InventoryEntry;
  readonly names: FleetNames;
}

/** Gives an object this fleet's labels and field manager, in one write. Leaves objects that are not theirs. */
async function relabel(
  port: ClusterPort,
  { owner }: Member,
  { key, entry, names }: TheirObject,
  stop: AbortSignal,
): Promise<void> {
  const live = await readIfServed(port, refOf(key, entry), stop);
  if (live === undefined) return;
  const set = live.metadata.labels?.[partOfLabel];
  const isUnlabelled = set === undefined && managedFieldsOf(live).some(isAppliedBy(names.manager));
  if (set !== names.applySetId && !isUnlabelled) return;
  const { manager, applySetId } = owner.names;
  const managedFields = transferFields(live, names.manager, manager);
  const labels = { [partOfLabel]: applySetId, [fleetLabel]: owner.fleet.name };
  await port.patchOwnership(live, { manager, managedFields, labels }, noAbort);
}

/** Returns the live object; undefined also if the cluster does not serve its kind. */
export async function readIfServed(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await port.read(ref, stop);
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'unknown-kind') return undefined;
    throw error;
  }
}

/** Deletes the Lease of a fleet. Does nothing if the caller may not delete Leases. */
export async function removeLease(port: ClusterPort, { lease }: FleetNames): Promise<void> {
  const live = await port.read(lease, noAbort);
  if (live === undefined) return;
  // A Lease that remains does no harm, and agents may not delete Leases.
  await port.delete(lease, String(live.metadata.uid), noAbort).catch((error: unknown) => {
    if (!(error instanceof ClusterError) || !error.isLasting) throw error;
  });
}
