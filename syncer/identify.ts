import { ClusterError } from './cluster-error.ts';
import type { MayFollow } from './commit-order.ts';
import type { Desired } from './desired/desired.ts';
import { type FoundInventory, findInventories } from './ownership/found-inventory.ts';
import { recordedFleet } from './ownership/marks.ts';
import { namesFor, olderNames, systemNamespace } from './ownership/names.ts';
import type { Fleet } from './ownership/owner.ts';
import { decideStanding, type Standing } from './ownership/standing.ts';
import type { ClusterPort, ObjectRef } from './ports/cluster.ts';

/** The error for a cluster in which the fleet must not write. */
export class FleetRefusal extends Error {
  override name = 'FleetRefusal';
}

/** The fleet of a commit, with what decides how it stands in a cluster. */
export type Goal = Pick<Desired, 'commit' | 'fleet' | 'settings'>;

interface IdentifyOptions {
  /** The values of `--take-over`. */
  readonly takeOver: ReadonlySet<string>;
  /** Reports whether a commit descends from another. Without it, every inventory without identity is the fleet's. */
  readonly descends?: MayFollow | undefined;
  /** True if the caller writes nothing, so that it need not see the other fleets. */
  readonly readsOnly?: boolean;
}

/**
 * Finds out how the fleet stands in a cluster, without writing anything.
 *
 * @throws FleetRefusal if the fleet must not write there
 * @throws ClusterError if the cluster does not answer or rejects a request
 */
export async function identify(
  port: ClusterPort,
  { commit, fleet, settings }: Goal,
  { takeOver, descends, readsOnly = false }: IdentifyOptions,
  signal: AbortSignal,
): Promise<Standing> {
  const found = await inventoriesIn(port, fleet.id, readsOnly, signal);
  const known = fleet.origin.branch === '' ? withRecordedId(fleet, found) : fleet;
  const older = found.find((one) => one.fleet === undefined);
  const isProven =
    older !== undefined &&
    (descends === undefined ||
      (older.commit !== '' && (await descends(older.commit, commit, signal))));
  const isShared = settings.sharedClusters === 'Allow';
  const standing = decideStanding(found, known, { takeOver, isShared, isProven });
  if ('refusal' in standing) throw new FleetRefusal(standing.refusal);
  return standing;
}

/**
 * Returns the fleet of a clone with the id under which a syncer applies it. Without `spec.id`, the id follows
 * from the address that the syncer uses, which may be another one than the clone's.
 */
function withRecordedId(fleet: Fleet, found: readonly FoundInventory[]): Fleet {
  const ids = found.flatMap((one) => (one.fleet === undefined ? [] : [one.fleet]));
  if (!fleet.isDerived || ids.some(({ id }) => id === fleet.id)) return fleet;
  const [only, second] = ids.filter(
    ({ name, origin }) => name === fleet.name && origin.path === fleet.origin.path,
  );
  return only === undefined || second !== undefined ? fleet : { ...fleet, id: only.id };
}

async function inventoriesIn(
  port: ClusterPort,
  id: string,
  readsOnly: boolean,
  signal: AbortSignal,
): Promise<readonly FoundInventory[]> {
  const found = await listInventories(port, signal).catch((error: unknown) => {
    const isForbidden = error instanceof ClusterError && error.reason === 'forbidden';
    if (isForbidden && readsOnly) return readInventories(port, id, signal);
    throw error;
  });
  if (found.some(({ names, fleet }) => names === olderNames || fleet?.id === id)) return found;
  // If the cluster lost an inventory that the fleet had claimed, its Lease still shows under which names.
  const lease = await port.read(olderNames.lease, signal);
  const fleet = lease && recordedFleet(lease);
  if (fleet?.id !== id) return found;
  return [...found, { names: olderNames, fleet, commit: '', namespaces: [], cluster: '', uid: '' }];
}

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

/** Lists the inventories of all fleets in a cluster. */
export async function listInventories(
  port: ClusterPort,
  signal: AbortSignal,
): Promise<readonly FoundInventory[]> {
  const query = {
    kind: configMap,
    label: '',
    detail: 'metadata',
    namespace: systemNamespace,
  } as const;
  return findInventories((await port.list(query, signal)).objects);
}

/** Reads only the inventories that may be the fleet's. */
async function readInventories(
  port: ClusterPort,
  id: string,
  signal: AbortSignal,
): Promise<readonly FoundInventory[]> {
  const refs: readonly ObjectRef[] = [namesFor(id).inventory, olderNames.inventory];
  const objects = await Promise.all(refs.map((ref) => port.read(ref, signal)));
  return findInventories(objects.filter((object) => object !== undefined));
}
