/** The sync status of a member cluster, computed from the cluster and Git: no syncer has to run. */
import type { ObjectKey } from '#model/object.ts';
import type { FormerCluster } from '../former/former-clusters.ts';
import type { Health } from '../health/rule.ts';
import type { Holder } from '../lease/holder.ts';
import type { DriftedField } from '../observe/drift.ts';

/** A message about an object. */
export interface Remark {
  readonly key: ObjectKey;
  /** '' if the name of the list says enough. */
  readonly message: string;
}

/** A desired object that is not ready. */
export interface Unready {
  readonly key: ObjectKey;
  readonly status: Health['status'] | 'NotFound' | 'Unknown';
  readonly message: string;
}

/** An object that another manager changed or deleted. */
export interface Drift {
  readonly key: ObjectKey;
  readonly deleted: boolean;
  readonly changes: readonly DriftedField[];
}

/** A fleet that keeps an inventory in a cluster. Name and id are '' if the inventory has none. */
export interface FleetInCluster {
  readonly name: string;
  readonly id: string;
}

/** The sync status of one cluster. */
export interface SyncStatus {
  readonly cluster: string;
  /** The head of the branch, or the last rendered commit if the head is not rendered; '' for a former cluster. */
  readonly desired: string;
  /** The commit for which a syncer last wrote; the desired commit if the cluster has its desired state. */
  readonly applied: string;
  /**
   * How the cluster compares with its directory. `synced` means that it has its desired state. `behind` means
   * that objects are pending or held. `stale` means that the head of the branch is not rendered, so that the syncer
   * does not apply it. `suspended` means that the settings suspend the whole cluster. `refused` means that the syncer
   * refuses the directory. `unknown` means that the cluster does not answer. `former` means that Git no longer
   * renders the cluster, which still has the fleet's inventory.
   */
  readonly sync: 'synced' | 'behind' | 'stale' | 'suspended' | 'refused' | 'unknown' | 'former';
  /** Why the status is refused or unknown; '' otherwise. */
  readonly error: string;
  /** Why the head of the branch is not rendered, as a clause that names the head; absent if it is. */
  readonly notRendered?: string;
  /** Why it is unknown whether the head of the branch is rendered, as a clause that names the head. */
  readonly unchecked?: string;
  /** The commit that syncers keep, because the branch was reset or force-pushed. */
  readonly kept?: string;
  /** Time when the cluster last answered a process on this machine, if the status is unknown and the time is recorded. */
  readonly lastSeen?: string;
  /** Number of objects that a former cluster still has, unmanaged. */
  readonly leftBehind?: number;
  /** Number of desired objects. */
  readonly objects: number;
  /** Number of desired objects that are Current. */
  readonly ready: number;
  readonly unready: readonly Unready[];
  readonly drift: readonly Drift[];
  /** Objects that a syncer must still apply or delete, suspended ones included. */
  readonly pending: readonly Remark[];
  /** Objects whose deletion a guard holds. */
  readonly held: readonly Remark[];
  /** What authors should change in objects that the cluster gets; absent without such objects. */
  readonly warnings?: readonly Remark[];
  /** Objects that settings or an annotation suspend, with and without pending changes. */
  readonly suspended: readonly ObjectKey[];
  /** Objects that the fleet applied, but that neither Git nor the inventory has. Regatta does not delete them. */
  readonly orphans: readonly ObjectKey[];
  /** API groups that may have further orphans, because they could not be listed in time; `*` for all of them. */
  readonly unsearched?: readonly string[];
  /** The fleet of the repository; absent if the syncer refuses the cluster or the cluster does not answer. */
  readonly fleet?: FleetInCluster;
  /** The other fleets in the cluster. */
  readonly otherFleets?: readonly FleetInCluster[];
  /** The syncer that writes to the cluster; absent if its Lease names none or the caller may not read it. */
  readonly holder?: Holder;
}

/** Returns the status of a cluster that did not answer or whose directory the syncer refuses. */
export function unknownStatus(
  cluster: string,
  { desired, sync, error }: Pick<SyncStatus, 'desired' | 'sync' | 'error'>,
): SyncStatus {
  const nothing = { unready: [], drift: [], pending: [], held: [], suspended: [], orphans: [] };
  return { cluster, desired, applied: '', sync, error, objects: 0, ready: 0, ...nothing };
}

/** Returns the status of a cluster that left the fleet. */
export function formerStatus({ cluster, commit, objects }: FormerCluster): SyncStatus {
  const status = unknownStatus(cluster, { desired: '', sync: 'former', error: '' });
  return { ...status, applied: commit, leftBehind: objects };
}

/** Reports whether a cluster has its desired state and is ready, or left the fleet; undefined if its status is unknown. */
export function isGood(status: SyncStatus): boolean | undefined {
  const { sync, unready, drift, pending, held, notRendered, unchecked, kept } = status;
  if (sync === 'former') return true;
  if (notRendered !== undefined || kept !== undefined) return false;
  if (sync === 'unknown') return undefined;
  const lists = [unready, drift, pending, held];
  const isSettled = sync === 'synced' || sync === 'suspended';
  if (!isSettled || lists.some(({ length }) => length > 0)) return false;
  return unchecked === undefined ? true : undefined;
}

/** Reports whether the cluster answered, so that the status holds its counts. */
export function isReached({ sync }: SyncStatus): boolean {
  return sync !== 'refused' && sync !== 'unknown' && sync !== 'former';
}
