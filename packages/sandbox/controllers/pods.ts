/** Functions on pods and pod templates that several controllers share. */
import { createHash } from 'node:crypto';
import {
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  numberAt,
  textAt,
  type Value,
} from '../object.ts';
import { conditionOf } from './conditions.ts';

/** Reports whether a pod is neither finished nor being deleted. */
export function isActive(pod: KubeObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return (
    phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined
  );
}

export function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/**
 * Returns the milliseconds until a ready pod counts as available: 0 for an available pod, undefined
 * for a pod that is not ready.
 */
export function msUntilAvailable(pod: KubeObject, owner: KubeObject): number | undefined {
  if (!isReady(pod)) return undefined;
  const waitMs = (numberAt(owner, 'spec', 'minReadySeconds') ?? 0) * 1000;
  const since = Date.parse(String(conditionOf(pod, 'Ready')?.lastTransitionTime ?? ''));
  return waitMs === 0 ? 0 : Math.max(0, since + waitMs - Date.now());
}

/** Hashes a pod template; the order of keys does not matter. */
export function templateHash(template: Value | undefined): string {
  const text = JSON.stringify(ordered(template ?? null));
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function ordered(value: Value): Value {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key] ?? null)]));
}

/** Returns a pod from `template` with additional labels. */
export function podFrom(template: Fields, labels: Record<string, string>): Fields {
  const { labels: own, annotations } = fieldsAt(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      labels: { ...(isFields(own) ? own : {}), ...labels },
      ...(annotations !== undefined && { annotations }),
    },
    spec: structuredClone(fieldsAt(template, 'spec')),
  };
}

/** Converts a number or percentage of `total` (`2`, `25%`) into a number of pods. */
export function shareOf(
  value: Value | undefined,
  total: number,
  round: (share: number) => number,
): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value ?? ''));
  return percent === null ? 0 : round((Number(percent[1]) * total) / 100);
}
