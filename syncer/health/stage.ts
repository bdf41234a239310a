import { formatDuration } from '#model/duration.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import { failed, type Health } from './rule.ts';

/** The current rollout of an object, for its progress deadline. */
export interface Stage {
  /** Identifies the rollout. It changes if the spec changes or someone creates the object again. */
  readonly id: string;
  /** Time of the last change of the object or its status, by the cluster's clock; milliseconds since the epoch. */
  readonly changedAt: number;
  /** Maximum time without progress that the object's spec allows, in milliseconds. */
  readonly patienceMs: number;
}

export function stageOf(object: KubeObject): Stage {
  const { uid, generation, creationTimestamp, managedFields = [] } = object.metadata;
  const entries = managedFields as readonly { readonly time?: string }[];
  const times = [String(creationTimestamp), ...entries.map(({ time }) => String(time))]
    .map((text) => Date.parse(text))
    .filter((ms) => !Number.isNaN(ms));
  return {
    id: `${uid} ${generation ?? 0}`,
    changedAt: Math.max(0, ...times),
    patienceMs: patienceOf(object),
  };
}

/** Returns the progress deadline of a Deployment's own controller, which ignores it while the Deployment is paused. */
function patienceOf(object: KubeObject): number {
  const { group, kind } = gvkOf(object);
  if (group !== 'apps' || kind !== 'Deployment') return 0;
  const spec = (object.spec ?? {}) as {
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
  };
  if (spec.paused === true) return Number.POSITIVE_INFINITY;
  return 1000 * (spec.progressDeadlineSeconds ?? 0);
}

/** Returns the progress deadline of an object in milliseconds; infinity if the object has no deadline. */
export function deadlineFor({ patienceMs }: Stage, progressDeadlineMs: number): number {
  if (progressDeadlineMs === 0) return Number.POSITIVE_INFINITY;
  return Math.max(progressDeadlineMs, patienceMs);
}

/** Returns the health of an object that made no progress before its deadline. */
export function stuck({ message }: Health, deadlineMs: number): Health {
  return failed(`made no progress for ${formatDuration(deadlineMs)}: ${message}`);
}
