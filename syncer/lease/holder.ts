import { ClusterError } from '../cluster-error.ts';
import type { ClusterPort, ObjectRef } from '../ports/cluster.ts';
import { readRecord } from './record.ts';

/** The holder of a cluster's Lease. It may have ended without releasing the Lease. */
export interface Holder {
  readonly name: string;
  /** Time of the last renewal by the holder's clock, RFC 3339. */
  readonly renewed: string;
}

/**
 * Returns the holder of the Lease; undefined if the Lease has no holder or the API server does not let the
 * caller read it.
 *
 * @throws ClusterError if the cluster does not answer or the request fails temporarily
 */
export async function holderOf(
  port: ClusterPort,
  lease: ObjectRef,
  signal: AbortSignal,
): Promise<Holder | undefined> {
  const live = await port.read(lease, signal).catch((error: unknown) => {
    if (error instanceof ClusterError && error.isLasting) return undefined;
    throw error;
  });
  const record = live && readRecord(live);
  return record?.holder ? { name: record.holder, renewed: record.renewTime } : undefined;
}
