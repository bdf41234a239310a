/** Types and helpers of the health rules. */
import type { KubeObject } from '#model/object.ts';

/** The health of an object. */
export interface Health {
  readonly status: 'Current' | 'InProgress' | 'Failed' | 'Terminating';
  /** What the object lacks, as a clause; '' if it lacks nothing. */
  readonly message: string;
}

/** An entry of `status.conditions`. */
interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The spec or status of an object, with all fields optional. */
export interface StatusFields {
  readonly [field: string]: unknown;
  readonly conditions?: readonly Condition[];
}

export const current: Health = { status: 'Current', message: '' };

export function inProgress(message: string): Health {
  return { status: 'InProgress', message };
}

export function failed(message: string): Health {
  return { status: 'Failed', message };
}

/** Computes the health of objects of one kind. */
export type HealthRule = (spec: StatusFields, status: StatusFields, object: KubeObject) => Health;

/** Returns the condition of that type, if the object has one. */
export function conditionOf({ conditions }: StatusFields, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Returns the message or reason of a condition. */
export function describeCondition({ type, reason, message }: Condition): string {
  return message || reason || `condition ${type}`;
}
