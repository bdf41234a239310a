import { formatDuration } from '#model/duration.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import { failed, type Health } from './rule.ts';

/** Where an object stands on its way to being ready: what its deadline is reckoned from. */
export interface Stage {
  /** Another one begins when it is made again, or when its spec changes. */
  readonly id: string;
  /** When anybody last changed it, its status too, by the cluster's clock; milliseconds since the epoch. */
  readonly changedAt: number;
  /** So many milliseconds without progress its own spec allows. */
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

/** Its own controller judges a Deployment's progress, and does not while it is paused. */
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

/** The limit that counts for an object, in milliseconds; without an end when there is none. */
export function deadlineFor({ patienceMs }: Stage, progressDeadlineMs: number): number {
  if (progressDeadlineMs === 0) return Number.POSITIVE_INFINITY;
  return Math.max(progressDeadlineMs, patienceMs);
}

/** The health of an object that has made no progress for so long. */
export function stuck({ message }: Health, deadlineMs: number): Health {
  return failed(`made no progress for ${formatDuration(deadlineMs)}: ${message}`);
}
