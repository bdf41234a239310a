import { ClusterError } from '../cluster-error.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import { leaseRef, readRecord } from './record.ts';

/** Who may write to a cluster, as its Lease says; it may have ended without giving that up. */
export interface Holder {
  readonly name: string;
  /** Its last sign of life, by its own clock: RFC 3339. */
  readonly renewed: string;
}

/** Undefined when nobody holds it, or when that may not be read. @throws ClusterError without an answer */
export async function holderOf(
  port: ClusterPort,
  signal: AbortSignal,
): Promise<Holder | undefined> {
  const live = await port.read(leaseRef, signal).catch((error: unknown) => {
    if (error instanceof ClusterError && error.isLasting) return undefined;
    throw error;
  });
  const record = live && readRecord(live);
  return record?.holder ? { name: record.holder, renewed: record.renewTime } : undefined;
}
