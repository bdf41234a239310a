/** Removes what a fleet keeps in a cluster: the labels of its objects, its inventory and its Lease. */
import { ClusterError } from '../cluster-error.ts';
import { refOf } from '../inventory/inventory.ts';
import { InventoryStore } from '../inventory/store.ts';
import { partOfLabel } from '../ownership/applyset.ts';
import { type FleetNames, fleetLabel, type SystemRef } from '../ownership/names.ts';
import type { Owner } from '../ownership/owner.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, ObjectRef } from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import { readIfServed, removeLease } from '../take-over.ts';

/** Maximum number of objects in progress. */
const width = 8;

/**
 * Removes the fleet from a cluster, and deletes none of its objects. The port must hold the fleet's Lease. If the
 * process dies at any point, the next call completes this one, because the inventory goes after all labels.
 *
 * @returns the number of objects that stay
 * @throws ClusterError if a label or an object of the fleet cannot be removed
 */
export async function dissolve(
  port: ClusterPort,
  owner: Owner,
  stop: AbortSignal,
): Promise<number> {
  const { names } = owner;
  const store = new InventoryStore(port, { owner, tooling: '' }, () => {});
  const entries = await store.read(stop);
  const faults: string[] = [];
  let kept = 0;
  await forEachBounded([...entries], width, stop, async ([key, entry]) => {
    try {
      if (await unlabel(port, names, refOf(key, entry), stop)) kept++;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
      faults.push(error.message);
    }
  });
  stop.throwIfAborted();
  const [first] = faults;
  if (first !== undefined) {
    const reason = `${faults.length} objects keep the label of the fleet: ${first}`;
    throw new ClusterError('transient', reason);
  }
  await removeObject(port, names.status);
  await store.remove();
  await removeLease(port, names);
  return kept;
}

/** Removes the fleet's labels from an object. Returns whether the object is the fleet's. */
async function unlabel(
  port: ClusterPort,
  { applySetId }: FleetNames,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<boolean> {
  const live = await readIfServed(port, ref, stop);
  if (live?.metadata.labels?.[partOfLabel] !== applySetId) return false;
  const uid = String(live.metadata['uid']);
  await port.removeLabels({ ref, uid, labels: [partOfLabel, fleetLabel] }, noAbort);
  return true;
}

async function removeObject(port: ClusterPort, ref: SystemRef): Promise<void> {
  const live = await port.read(ref, noAbort);
  if (live !== undefined) await port.delete(ref, String(live.metadata['uid']), noAbort);
}
