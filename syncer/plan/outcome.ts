import type { ObjectKey } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';

/** The result of one object in a turn. */
export type Result =
  | 'created'
  | 'configured'
  | 'unchanged'
  | 'pruned'
  /** The API server has deleted the object, or is deleting it, as desired. The syncer never reports this result. */
  | 'gone'
  /** The object stays in the cluster without Regatta's fields. */
  | 'released'
  /** The object stays in the cluster because of its keep annotation. Regatta no longer manages it. */
  | 'abandoned'
  /** The object left Git, but a guard holds its deletion. */
  | 'held'
  /** Settings or an annotation suspend the object. */
  | 'suspended'
  /** Another manager changed the object, and the syncer does not correct it. */
  | 'drifted'
  /** The syncer does not change the object, because it is frozen or outside of a change window. */
  | 'postponed'
  /** Its deletion, a dependency or a backoff blocks the object. A later turn handles it. */
  | 'waiting'
  /** Another manager owns the object, and the syncer does not change it. */
  | 'refused'
  | 'failed';

/** The outcome of one action. */
export interface ActionOutcome {
  readonly key: ObjectKey;
  readonly result: Result;
  /**
   * The reason if the result is refused, failed, held, abandoned, postponed or waiting; fields that the API server
   * did not keep, and whom the syncer took the object over from, if it is created, configured or unchanged; '' otherwise.
   */
  readonly message: string;
  /** True if a retry may succeed without a change. */
  readonly retry: boolean;
  /** Milliseconds until the retry. */
  readonly pauseMs?: number;
  /** Set if the deletion budget holds the object. The syncer reports the limit, and not each object. */
  readonly isOverBudget?: true;
  /** The new inventory entry of the object; for an object that is gone, what stays until a list confirms that. */
  readonly entry?: InventoryEntry;
  /**
   * True if the syncer cannot list the object's kind, or another kind of its API group. A deletion that waits for
   * the list leaves the cluster synced.
   */
  readonly unlisted?: true;
  /** True if the API server has not answered yet. The syncer takes the answer in a later turn. */
  readonly isUnderWay?: true;
  /** True if the turn must not delete other objects, as after a failure. */
  readonly keepsRest?: true;
  /** True if the object has no fields or label of Regatta any more. Its entry leaves the inventory, unless it has a new one. */
  readonly gone?: boolean;
}

export function done(key: ObjectKey, result: Result): ActionOutcome {
  return { key, result, message: '', retry: false };
}

/** Returns the outcome of an action that a later turn retries. */
export function waiting(key: ObjectKey, message: string): ActionOutcome {
  return { ...done(key, 'waiting'), message, retry: true };
}

/** Returns the outcome of an action that failed. */
export function failure(key: ObjectKey, error: ClusterError): ActionOutcome {
  return { ...done(key, 'failed'), message: error.message, retry: !error.isLasting };
}

/** Reports whether a turn met conflicts, failures that may pass, or writes without an answer. */
export function metTrouble(outcomes: readonly ActionOutcome[]): boolean {
  return outcomes.some(
    ({ result, retry, isUnderWay }) => isUnderWay || (result === 'failed' && retry),
  );
}

/** Returns the milliseconds until the first retry; infinity if no outcome has a retry. */
export function shortestPause(outcomes: readonly ActionOutcome[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { pauseMs } of outcomes) shortest = Math.min(shortest, pauseMs ?? shortest);
  return shortest;
}
