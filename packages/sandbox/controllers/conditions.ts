/** Status conditions that keep their times while they say the same. */
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, type KubeObject, timestamp } from '../object.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** `object`'s conditions with `conditions` in place of the ones of the same types. */
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

export function conditionOf(object: KubeObject, type: string): Fields | undefined {
  return itemsOf(object.status, 'conditions').find((one) => one.type === type);
}
