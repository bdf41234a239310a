/** Status conditions, whose times change only when their content changes. */
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, type KubeObject, timestamp } from '../object.ts';

/** A status condition without its times. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Returns the conditions of `object` after replacing those with the types of `conditions`. */
export function withConditions(object: KubeObject, conditions: readonly Condition[]): Fields[] {
  const known = itemsOf(object.status, 'conditions');
  const others = known.filter(({ type }) => !conditions.some((one) => one.type === type));
  return [...others, ...conditions.map((one) => dated(one, known))];
}

function dated(condition: Condition, known: readonly Fields[]): Fields {
  const before = known.find(({ type }) => type === condition.type);
  const now = timestamp();
  const isSameStatus = before?.status === condition.status;
  const isSame =
    isSameStatus && before.reason === condition.reason && before.message === condition.message;
  const transition = isSameStatus ? (before.lastTransitionTime ?? now) : now;
  const update = isSame ? (before.lastUpdateTime ?? now) : now;
  return { ...condition, lastUpdateTime: update, lastTransitionTime: transition };
}

/** Returns the status condition of a type, or undefined for an object without that condition. */
export function conditionOf(object: KubeObject, type: string): Fields | undefined {
  return itemsOf(object.status, 'conditions').find((one) => one.type === type);
}
