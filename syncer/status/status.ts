/** How a member cluster stands, told from the cluster and Git alone: no syncer has to run. */
import type { ObjectKey } from '#model/object.ts';
import type { Health } from '../health/rule.ts';
import type { Holder } from '../lease/holder.ts';
import type { DriftedField } from '../observe/drift.ts';

/** An object, and what is to be known of it. */
export interface Remark {
  readonly key: ObjectKey;
  /** '' when the list that it is in says all. */
  readonly message: string;
}

/** Where an object that Git wants is not ready. */
export interface Unready {
  readonly key: ObjectKey;
  readonly status: Health['status'] | 'NotFound' | 'Unknown';
  readonly message: string;
}

/** What somebody has changed or deleted. */
export interface Drift {
  readonly key: ObjectKey;
  readonly deleted: boolean;
  readonly changes: readonly DriftedField[];
}

export interface SyncStatus {
  readonly cluster: string;
  /** The head of the branch. */
  readonly desired: string;
  /** The commit that something was last written for; the wanted one when all is as it says. */
  readonly applied: string;
  /**
   * `synced`: Git's will is done; `behind`: something is not; `refused`: its directory can't be
   * applied; `unknown`: the cluster can't be asked.
   */
  readonly sync: 'synced' | 'behind' | 'refused' | 'unknown';
  /** Why it is refused or unknown; '' otherwise. */
  readonly error: string;
  /** Where it is unknown: when the cluster last answered on this machine, if it ever did. */
  readonly lastSeen?: string;
  /** Objects that Git wants, and how many of them are Current. */
  readonly objects: number;
  readonly ready: number;
  readonly unready: readonly Unready[];
  readonly drift: readonly Drift[];
  /** Not applied or deleted yet. */
  readonly pending: readonly Remark[];
  /** What is to go and is held back. */
  readonly held: readonly Remark[];
  readonly suspended: readonly ObjectKey[];
  /** The syncer that writes to it, if there is one and its Lease may be read. */
  readonly holder?: Holder;
}

/** A status of which nothing but the reason is known. */
export function unknownStatus(
  cluster: string,
  { desired, sync, error }: Pick<SyncStatus, 'desired' | 'sync' | 'error'>,
): SyncStatus {
  const nothing = { unready: [], drift: [], pending: [], held: [], suspended: [] };
  return { cluster, desired, applied: '', sync, error, objects: 0, ready: 0, ...nothing };
}

/** Whether a cluster is as Git wants it, and ready; undefined when that can't be told. */
export function isGood({ sync, unready, drift }: SyncStatus): boolean | undefined {
  if (sync === 'unknown') return undefined;
  return sync === 'synced' && unready.length === 0 && drift.length === 0;
}
