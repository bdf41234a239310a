import { createHash } from 'node:crypto';
import type { ClusterError } from '../cluster-error.ts';

/** Pauses after consecutive failures, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Backoff for a failing member cluster: short at first, then long enough not to burden the cluster. */
export const clusterBackoff: Backoff = { firstMs: 500, maxMs: 15_000 };

/** Backoff for objects that the cluster rejects: only a change in the cluster helps, and no watch shows it. */
export const rejectedBackoff: Backoff = { firstMs: 5_000, maxMs: 300_000 };

/**
 * Returns the pause in milliseconds after `failures` consecutive failures, 1 or more. The pause doubles each
 * time. A hash of `who` shortens it by up to half, so that clusters that fail at the same moment do not retry
 * at the same moment.
 */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number, who: string): number {
  const full = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  const [byte = 0] = createHash('sha256').update(`${who} ${failures}`).digest();
  return Math.round(full * (1 - byte / 512));
}

/** Reports whether the error is routine (conflict, throttling). */
export function isRoutine({ reason }: ClusterError): boolean {
  return reason === 'transient' || reason === 'throttled';
}
