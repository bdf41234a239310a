import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';

/** The result of one object in a turn. */
export type Result =
  | 'created'
  | 'configured'
  | 'unchanged'
  | 'pruned'
  /** Deleted, or being deleted, as desired; never reported. */
  | 'gone'
  /** Still in place, without Regatta's fields. */
  | 'released'
  /** Still in place because of its keep annotation; Regatta no longer manages it. */
  | 'abandoned'
  /** Left Git, but a guard holds its deletion. */
  | 'held'
  /** Suspended by settings or an annotation. */
  | 'suspended'
  /** Changed by another manager, and not corrected. */
  | 'drifted'
  /** Not changed because it is frozen, or outside of a change window. */
  | 'postponed'
  /** Blocked by its deletion, by a dependency or by a backoff; a later turn handles it. */
  | 'waiting'
  /** Owned by another manager, and not changed. */
  | 'refused'
  | 'failed';

/** The outcome of one action. */
export interface ActionOutcome {
  readonly key: ObjectKey;
  readonly result: Result;
  /** The reason if the result is refused, failed, held, abandoned, postponed or waiting; '' otherwise. */
  readonly message: string;
  /** True if a retry may succeed without a change. */
  readonly retry: boolean;
  /** Milliseconds until the retry. */
  readonly pauseMs?: number;
  /** The new inventory entry of the object. */
  readonly entry?: InventoryEntry;
  /** True if the object has no fields or label of Regatta any more. */
  readonly gone?: boolean;
}

export function done(key: ObjectKey, result: Result): ActionOutcome {
  return { key, result, message: '', retry: false };
}

/** Returns the outcome of an action that a later turn retries. */
export function waiting(key: ObjectKey, message: string): ActionOutcome {
  return { ...done(key, 'waiting'), message, retry: true };
}

/** Returns the outcome of an action that failed. Rethrows errors that concern more than this object. */
export function failure(key: ObjectKey, error: unknown): ActionOutcome {
  if (!(error instanceof ClusterError)) throw error;
  // A cluster that does not answer fails the whole turn: the other objects would fail too.
  if (error.reason === 'unreachable') throw error;
  return { ...done(key, 'failed'), message: error.message, retry: !error.isLasting };
}

/** Returns the milliseconds until the first retry; infinity if there is none. */
export function shortestPause(outcomes: readonly ActionOutcome[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { pauseMs } of outcomes) shortest = Math.min(shortest, pauseMs ?? shortest);
  return shortest;
}
