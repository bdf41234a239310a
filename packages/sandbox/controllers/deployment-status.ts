/** The status of a Deployment. */
import { type Fields, fieldsAt, type KubeObject, numberAt, valueAt } from '../object.ts';
import type { Client } from './client.ts';
import { type Condition, conditionOf, withConditions } from './conditions.ts';
import { failureOf } from './failures.ts';
import { shareOf } from './pods.ts';
import type { Rollout } from './rollout.ts';
import type { WorkQueue } from './work-queue.ts';

interface Reporting {
  readonly queue: WorkQueue;
  readonly revisionKey: string;
}

/** Writes status, conditions and the revision annotation. */
export function reportDeployment(client: Client, rollout: Rollout, reporting: Reporting): void {
  const { deployment, current, old } = rollout;
  const revision = current?.metadata.annotations?.[reporting.revisionKey];
  const annotations = revision === undefined ? undefined : { [reporting.revisionKey]: revision };
  const counts = countsOf(current === undefined ? old : [current, ...old], current);
  const conditions = withConditions(deployment, conditionsOf(rollout, counts, reporting.queue));
  const missing = Math.max(0, desiredReplicas(deployment) - counts.available);
  const status: Fields = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(counts.total > 0 && { replicas: counts.total }),
    ...(counts.updated > 0 && { updatedReplicas: counts.updated }),
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(counts.available > 0 && { availableReplicas: counts.available }),
    ...(missing > 0 && { unavailableReplicas: missing }),
    terminatingReplicas: 0,
    conditions,
  };
  client.changeStatus(deployment, status, annotations);
}

interface Counts {
  readonly total: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

function countsOf(sets: readonly KubeObject[], current: KubeObject | undefined): Counts {
  const sum = (field: string): number =>
    sets.reduce((total, set) => total + (numberAt(set, 'status', field) ?? 0), 0);
  return {
    total: sum('replicas'),
    updated: numberAt(current, 'status', 'replicas') ?? 0,
    ready: sum('readyReplicas'),
    available: sum('availableReplicas'),
  };
}

function desiredReplicas(deployment: KubeObject): number {
  return numberAt(deployment, 'spec', 'replicas') ?? 1;
}

function conditionsOf(rollout: Rollout, counts: Counts, queue: WorkQueue): Condition[] {
  const { deployment } = rollout;
  const desired = desiredReplicas(deployment);
  const allowed = valueAt(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  const isEnough = counts.available >= desired - shareOf(allowed, desired, Math.floor);
  return [
    {
      type: 'Available',
      status: isEnough ? 'True' : 'False',
      reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: isEnough
        ? 'Deployment has minimum availability.'
        : 'Deployment does not have minimum availability.',
    },
    ...progress(rollout, counts, queue),
    ...replicaFailure(rollout),
  ];
}

/** Returns the Progressing condition: progressing, complete, or past the deadline. */
function progress({ deployment, current }: Rollout, counts: Counts, queue: WorkQueue): Condition[] {
  if (current === undefined) return [];
  const name = `ReplicaSet "${current.metadata.name}"`;
  const desired = desiredReplicas(deployment);
  const { updated, total, available } = counts;
  const type = 'Progressing';
  if (updated === desired && total === desired && available === desired) {
    const message = `${name} has successfully progressed.`;
    return [{ type, status: 'True', reason: 'NewReplicaSetAvailable', message }];
  }
  const going: Condition = {
    type,
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `${name} is progressing.`,
  };
  const leftMs = msLeft(deployment, going);
  if (leftMs > 0) {
    queue.add(`${deployment.metadata.namespace}/${deployment.metadata.name}`, leftMs);
    return [going];
  }
  const message = `${name} has timed out progressing.`;
  return [{ type, status: 'False', reason: 'ProgressDeadlineExceeded', message }];
}

/**
 * Returns the milliseconds until the progress deadline, or 0 for pods with the fail annotation, so
 * that demos and tests need not wait.
 */
function msLeft(deployment: KubeObject, going: Condition): number {
  const template = fieldsAt(deployment, 'spec', 'template');
  if (failureOf(fieldsAt(template, 'metadata')) !== undefined) return 0;
  const deadlineMs = (numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? 600) * 1000;
  const before = conditionOf(deployment, 'Progressing');
  const isSameEffort = before?.message === going.message;
  const timedOut = before?.reason === 'ProgressDeadlineExceeded';
  const isNewSpec =
    numberAt(deployment, 'status', 'observedGeneration') !== deployment.metadata.generation;
  if (timedOut && !isNewSpec) return 0;
  if (!isSameEffort) return deadlineMs;
  return Date.parse(String(before?.lastUpdateTime ?? '')) + deadlineMs - Date.now();
}

function replicaFailure({ current }: Rollout): Condition[] {
  const failure = current && conditionOf(current, 'ReplicaFailure');
  if (failure === undefined) return [];
  const message = String(failure.message ?? '');
  return [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
}
