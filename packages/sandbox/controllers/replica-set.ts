/** ReplicaSets: keep the desired number of pods. */
import { type Fields, fieldsAt, type KubeObject, numberAt, valueAt } from '../object.ts';
import { matchesLabels } from '../selectors.ts';
import { ApiError } from '../status.ts';
import { type Client, controllerOf, isControlledBy, ownedBy } from './client.ts';
import { type Condition, withConditions } from './conditions.ts';
import type { ControllerStarter } from './controller.ts';
import { reconciling } from './controller.ts';
import { recordEvent } from './events.ts';
import { isActive, isReady, msUntilAvailable, podFrom } from './pods.ts';
import type { WorkQueue } from './work-queue.ts';

const component = 'replicaset-controller';

export const replicaSetController: ControllerStarter = reconciling({
  storage: 'replicasets.apps',
  kind: 'ReplicaSet',
  dependents: ['pods'],
  reconcile(client, set, queue) {
    const failure = set.metadata.deletionTimestamp === undefined ? scale(client, set) : undefined;
    const live = client.get('replicasets.apps', set.metadata.namespace ?? '', set.metadata.name);
    if (live !== undefined) reportStatus(client, live, { queue, failure });
    if (failure !== undefined) throw failure;
  },
});

/**
 * Creates or deletes pods until their number equals the desired replicas.
 *
 * @returns the error when a pod cannot be created
 */
function scale(client: Client, set: KubeObject): ApiError | undefined {
  adopt(client, set);
  const pods = podsOf(client, set).filter(isActive);
  const desired = numberAt(set, 'spec', 'replicas') ?? 0;
  const surplus = pods.length - desired;
  if (surplus > 0) {
    const first = pods.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
    for (const pod of first.slice(0, surplus)) remove(client, set, pod);
  }
  for (let missing = -surplus; missing > 0; missing--) {
    const failure = create(client, set);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

export function podsOf(client: Client, owner: KubeObject): KubeObject[] {
  return client.list('pods', owner.metadata.namespace).filter((pod) => isControlledBy(pod, owner));
}

/** Adopts pods that match the selector and have no controller. */
function adopt(client: Client, set: KubeObject): void {
  for (const pod of client.list('pods', set.metadata.namespace)) {
    const isFree = controllerOf(pod) === undefined && isActive(pod);
    if (!isFree || !matchesLabels(valueAt(set, 'spec', 'selector'), pod.metadata.labels ?? {}))
      continue;
    client.change(pod, ({ metadata }) => {
      metadata.ownerReferences = [...(metadata.ownerReferences ?? []), ...ownedBy(set)];
    });
  }
}

function create(client: Client, set: KubeObject): ApiError | undefined {
  const { name, namespace = '' } = set.metadata;
  const pod = podFrom(fieldsAt(set, 'spec', 'template'), {});
  const metadata = fieldsAt(pod, 'metadata');
  Object.assign(metadata, { generateName: `${name}-`, namespace, ownerReferences: ownedBy(set) });
  try {
    const made = client.create('pods', pod);
    recordEvent(client, set, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${made.metadata.name}`,
      component,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Error creating: ${error.message}`;
    recordEvent(client, set, { type: 'Warning', reason: 'FailedCreate', message, component });
    return error;
  }
  return undefined;
}

function remove(client: Client, set: KubeObject, pod: KubeObject): void {
  client.remove(pod);
  recordEvent(client, set, {
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
    component,
  });
}

interface Report {
  readonly queue: WorkQueue;
  readonly failure: ApiError | undefined;
}

function reportStatus(client: Client, set: KubeObject, { queue, failure }: Report): void {
  const pods = podsOf(client, set);
  const active = pods.filter(isActive);
  const waits = active.map((pod) => msUntilAvailable(pod, set)).filter((ms) => ms !== undefined);
  const soon = waits.filter((ms) => ms > 0);
  if (soon.length > 0) {
    queue.add(`${set.metadata.namespace}/${set.metadata.name}`, Math.min(...soon));
  }
  const ready = active.filter(isReady).length;
  const available = waits.filter((ms) => ms === 0).length;
  const conditions = failureConditions(set, failure);
  const status: Fields = {
    replicas: active.length,
    ...(active.length > 0 && { fullyLabeledReplicas: active.length }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    terminatingReplicas: pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
      .length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
  client.changeStatus(set, status);
}

function failureConditions(set: KubeObject, failure: ApiError | undefined): Fields[] {
  if (failure === undefined) return [];
  const condition: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: failure.message,
  };
  return withConditions(set, [condition]).map(({ lastUpdateTime: _, ...rest }) => rest);
}
