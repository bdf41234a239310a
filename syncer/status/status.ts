/** The sync status of a member cluster, computed from the cluster and Git: no syncer has to run. */
import type { ObjectKey } from '#model/object.ts';
import type { Health } from '../health/rule.ts';
import type { Holder } from '../lease/holder.ts';
import type { DriftedField } from '../observe/drift.ts';

/** A message about an object. */
export interface Remark {
  readonly key: ObjectKey;
  /** '' if the list's meaning is enough. */
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

export interface SyncStatus {
  readonly cluster: string;
  /** The head of the branch. */
  readonly desired: string;
  /** The commit of the last write; the desired commit if nothing is left to do. */
  readonly applied: string;
  /**
   * `synced`: the cluster has its desired state; `behind`: objects are pending or held; `refused`: the
   * directory cannot be applied; `unknown`: the cluster does not answer.
   */
  readonly sync: 'synced' | 'behind' | 'refused' | 'unknown';
  /** Why the status is refused or unknown; '' otherwise. */
  readonly error: string;
  /** If the status is unknown: when the cluster last answered on this machine, if it ever did. */
  readonly lastSeen?: string;
  /** Number of desired objects, and of those that are Current. */
  readonly objects: number;
  readonly ready: number;
  readonly unready: readonly Unready[];
  readonly drift: readonly Drift[];
  /** Objects that are not applied or not deleted yet. */
  readonly pending: readonly Remark[];
  /** Objects whose deletion a guard holds. */
  readonly held: readonly Remark[];
  readonly suspended: readonly ObjectKey[];
  /** The syncer that writes to the cluster, if its Lease can be read and names one. */
  readonly holder?: Holder;
}

/** Returns the status of a cluster that did not answer or whose directory is refused. */
export function unknownStatus(
  cluster: string,
  { desired, sync, error }: Pick<SyncStatus, 'desired' | 'sync' | 'error'>,
): SyncStatus {
  const nothing = { unready: [], drift: [], pending: [], held: [], suspended: [] };
  return { cluster, desired, applied: '', sync, error, objects: 0, ready: 0, ...nothing };
}

/** Reports whether a cluster has its desired state and is ready; undefined if that is unknown. */
export function isGood({ sync, unready, drift }: SyncStatus): boolean | undefined {
  if (sync === 'unknown') return undefined;
  return sync === 'synced' && unready.length === 0 && drift.length === 0;
}
