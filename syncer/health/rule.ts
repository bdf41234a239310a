/** Types and helpers of the health rules. */
import { isFieldMap, type KubeObject } from '#model/object.ts';

/** The health of an object. */
export interface Health {
  readonly status: 'Current' | 'InProgress' | 'Failed' | 'Terminating';
  /** What the object lacks, as a clause; '' if it lacks nothing. */
  readonly message: string;
}

/** An entry of `status.conditions`, as far as its fields are texts. */
interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The spec or status of an object, whose fields may have any type. */
export interface StatusFields {
  readonly [field: string]: unknown;
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

/**
 * Returns the condition of that type, if the object has one. A definition may give `conditions` any other shape,
 * which then counts as no condition.
 */
export function conditionOf({ conditions }: StatusFields, type: string): Condition | undefined {
  const found = (Array.isArray(conditions) ? conditions : []).find(
    (one) => isFieldMap(one) && one.type === type && typeof one.status === 'string',
  );
  if (found === undefined) return undefined;
  const texts = Object.entries(found).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts);
}

/** Returns the message or reason of a condition. */
export function describeCondition({ type, reason, message }: Condition): string {
  return message || reason || `condition ${type}`;
}
