import type { Unscheduled } from '#model/binding.ts';

/** The result of one step of scheduling: a value or a failure. */
export type PlacementResult<T> = { readonly type: 'done'; readonly value: T } | Failure;

export interface Failure extends Unscheduled {
  readonly type: 'failed';
}

export function done<T>(value: T): PlacementResult<T> {
  return { type: 'done', value };
}

export function failed(reason: Unscheduled['reason'], message: string): Failure {
  return { type: 'failed', reason, message };
}

/** Adds a step to a failure as Karmada wraps errors: the outer step comes first. */
export function wrapped(step: string, { reason, message }: Failure): Failure {
  return failed(reason, `${step}: ${message}`);
}
