import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { InventoryEntry } from '../inventory/inventory.ts';

/** What became of one object in a turn. */
export type Result =
  | 'created'
  | 'configured'
  | 'unchanged'
  | 'pruned'
  /** On its way out or out already, as it should be; never told. */
  | 'gone'
  /** Left in place without our fields. */
  | 'released'
  /** Left in place because its own marks say so; it is nobody's now. */
  | 'abandoned'
  /** Left Git, but a guard keeps it from being deleted. */
  | 'held'
  /** Marked to be left as it is. */
  | 'suspended'
  /** Changed by somebody, and left so. */
  | 'drifted'
  /** Not done because it is frozen, or outside of a change window. */
  | 'postponed'
  /** Being deleted, or fought over: it is looked at again later. */
  | 'waiting'
  /** Somebody else's: not touched. */
  | 'refused'
  | 'failed';

/** What became of one action. */
export interface ActionOutcome {
  readonly key: ObjectKey;
  readonly result: Result;
  /** Why, of refused, failed, held, kept and waiting; '' otherwise. */
  readonly message: string;
  /** It may work when tried again as it is. */
  readonly retry: boolean;
  /** Milliseconds until it may be tried again. */
  readonly pauseMs?: number;
  /** How the object was left, for the inventory. */
  readonly entry?: InventoryEntry;
  /** Nothing of ours is there any more. */
  readonly gone?: boolean;
}

export function done(key: ObjectKey, result: Result): ActionOutcome {
  return { key, result, message: '', retry: false };
}

/** To be looked at again: its reason passes by itself. */
export function waiting(key: ObjectKey, message: string): ActionOutcome {
  return { ...done(key, 'waiting'), message, retry: true };
}

/** The outcome of an action that threw; throws what concerns more than this object. */
export function failure(key: ObjectKey, error: unknown): ActionOutcome {
  if (!(error instanceof ClusterError)) throw error;
  // A cluster that doesn't answer fails the whole turn: the other objects would fare no better.
  if (error.reason === 'unreachable') throw error;
  return { ...done(key, 'failed'), message: error.message, retry: !error.isLasting };
}

/** Milliseconds until something is to be tried again; without an end when nothing is. */
export function shortestPause(outcomes: readonly ActionOutcome[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { pauseMs } of outcomes) shortest = Math.min(shortest, pauseMs ?? shortest);
  return shortest;
}
