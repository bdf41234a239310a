import { createHash } from 'node:crypto';
import type { ClusterError } from '../cluster-error.ts';

/** How long to wait after each failure in a row. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Waits for a member cluster that fails: soon at first, then rarely enough not to trouble it. */
export const clusterBackoff: Backoff = { firstMs: 500, maxMs: 15_000 };

/** Waits for objects that the cluster refuses: only a change there, which no watch shows, helps. */
export const rejectedBackoff: Backoff = { firstMs: 5_000, maxMs: 300_000 };

/**
 * Milliseconds to wait after `failures` failures in a row, 1 or more: doubled each time, and
 * shortened by up to half, by chance but the same for the same `who`, so that a fleet that failed at
 * one moment does not come back at one moment.
 */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number, who: string): number {
  const full = Math.min(maxMs, firstMs * 2 ** (failures - 1));
  const [byte = 0] = createHash('sha256').update(`${who} ${failures}`).digest();
  return Math.round(full * (1 - byte / 512));
}

/** Of what is everyday life. */
export function isRoutine({ reason }: ClusterError): boolean {
  return reason === 'transient' || reason === 'throttled';
}
