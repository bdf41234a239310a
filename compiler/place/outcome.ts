import type { Unscheduled } from '#model/binding.ts';

/** A step of scheduling that came to a value, or to a reason why it cannot. */
export type Step<T> = { readonly type: 'done'; readonly value: T } | Failure;

export interface Failure extends Unscheduled {
  readonly type: 'failed';
}

export function done<T>(value: T): Step<T> {
  return { type: 'done', value };
}

export function failed(reason: Unscheduled['reason'], message: string): Failure {
  return { type: 'failed', reason, message };
}

/** A failure told as Karmada wraps errors: the outer step first. */
export function wrapped(step: string, { reason, message }: Failure): Failure {
  return failed(reason, `${step}: ${message}`);
}
