/** Jobs: create pods until enough succeed or too many fail. */
import {
  type Fields,
  fieldsAt,
  type KubeObject,
  numberAt,
  textAt,
  timestamp,
  valueAt,
} from '../object.ts';
import { type Client, ownedBy } from './client.ts';
import { conditionOf } from './conditions.ts';
import { type ControllerStarter, reconciling } from './controller.ts';
import { isActive, isReady, podFrom } from './pods.ts';
import { podsOf } from './replica-set.ts';
import type { WorkQueue } from './work-queue.ts';

export const jobController: ControllerStarter = reconciling({
  storage: 'jobs.batch',
  kind: 'Job',
  dependents: ['pods'],
  reconcile(client, job, queue) {
    if (job.metadata.deletionTimestamp !== undefined) return;
    if (isFinished(job)) {
      expire(client, job, queue);
      return;
    }
    const counts = countsOf(client, job);
    const outcome = outcomeOf(job, counts);
    const isSuspended = valueAt(job, 'spec', 'suspend') === true;
    if (outcome === undefined && !isSuspended) startPods(client, job, counts);
    report(client, job, outcome);
  },
});

interface Counts {
  readonly active: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
}

function countsOf(client: Client, job: KubeObject): Counts {
  const pods = podsOf(client, job);
  const inPhase = (phase: string): number =>
    pods.filter((pod) => textAt(pod, 'status', 'phase') === phase).length;
  const active = pods.filter(isActive);
  return {
    active: active.length,
    ready: active.filter(isReady).length,
    succeeded: inPhase('Succeeded'),
    failed: inPhase('Failed'),
  };
}

function isFinished(job: KubeObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
}

type Outcome = 'Complete' | 'Failed';

function outcomeOf(job: KubeObject, { succeeded, failed, active }: Counts): Outcome | undefined {
  const completions = numberAt(job, 'spec', 'completions');
  const isEnough =
    completions === undefined ? succeeded > 0 && active === 0 : succeeded >= completions;
  if (isEnough) return 'Complete';
  return failed > (numberAt(job, 'spec', 'backoffLimit') ?? 6) ? 'Failed' : undefined;
}

function startPods(client: Client, job: KubeObject, { active, succeeded }: Counts): void {
  const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1;
  const completions = numberAt(job, 'spec', 'completions') ?? parallelism;
  const missing = Math.min(parallelism, completions - succeeded) - active;
  for (let count = 0; count < missing; count++) {
    const pod = podFrom(fieldsAt(job, 'spec', 'template'), {});
    const { name, namespace = '' } = job.metadata;
    const metadata = { generateName: `${name}-`, namespace, ownerReferences: ownedBy(job) };
    Object.assign(fieldsAt(pod, 'metadata'), metadata);
    client.create('pods', pod);
  }
}

function report(client: Client, job: KubeObject, outcome: Outcome | undefined): void {
  const { active, ready, succeeded, failed } = countsOf(client, job);
  const now = timestamp();
  const isSuspended = valueAt(job, 'spec', 'suspend') === true;
  const start = textAt(job, 'status', 'startTime') ?? now;
  client.changeStatus(job, {
    ...(!isSuspended && { startTime: start }),
    ...(outcome === 'Complete' && { completionTime: now }),
    ...(active > 0 && { active }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(outcome !== undefined && { conditions: conditionsOf(outcome, now) }),
  });
}

/** Returns the announcing condition and the final one; newer clients wait for the first. */
function conditionsOf(outcome: Outcome, now: string): Fields[] {
  const [reason, message] =
    outcome === 'Complete'
      ? ['CompletionsReached', 'Reached expected number of succeeded pods']
      : ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  const target = outcome === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  return [target, outcome].map((type) => {
    return { type, status: 'True', reason, message, lastProbeTime: now, lastTransitionTime: now };
  });
}

/** Removes a finished Job when its TTL expires. */
function expire(client: Client, job: KubeObject, queue: WorkQueue): void {
  const seconds = numberAt(job, 'spec', 'ttlSecondsAfterFinished');
  if (seconds === undefined) return;
  const end = ['Complete', 'Failed'].map((type) => conditionOf(job, type)?.lastTransitionTime);
  const since = Date.parse(String(end.find((time) => time !== undefined) ?? ''));
  const leftMs = since + seconds * 1000 - Date.now();
  if (leftMs <= 0) client.remove(job, { propagationPolicy: 'Background' });
  else queue.add(`${job.metadata.namespace}/${job.metadata.name}`, leftMs);
}
