/**
 * Simulates scheduler and kubelet: binds pods to the only node and sets their status. No container
 * runs.
 */
import type { ClusterState } from '../api/state.ts';
import { nodeName } from '../bootstrap.ts';
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, fieldsAt, type KubeObject, textAt, timestamp } from '../object.ts';
import { type Client, controllerClient, controllerOf } from './client.ts';
import type { Controller } from './controller.ts';
import { failureOf, neverReadyLabel } from './failures.ts';
import { WorkQueue } from './work-queue.ts';

export function kubelet(cluster: ClusterState): Controller {
  const scheduler = controllerClient(cluster, 'kube-scheduler');
  const client = controllerClient(cluster, 'kubelet');
  const queue = new WorkQueue((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const pod = client.get('pods', namespace, name);
    if (pod === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) stopPod(client, pod);
    else if (textAt(pod, 'status', 'phase') === 'Pending') startPod(scheduler, client, pod);
  });
  return {
    onChange: ({ resource, type, object }) => {
      if (resource !== 'pods' || type === 'DELETED') return;
      queue.add(`${object.metadata.namespace}/${object.metadata.name}`);
    },
    stop: () => queue.stop(),
  };
}

function stopPod(client: Client, pod: KubeObject): void {
  if ((pod.metadata.finalizers ?? []).length === 0) client.remove(pod, { gracePeriodSeconds: 0 });
}

function startPod(scheduler: Client, client: Client, pod: KubeObject): void {
  const isBound = textAt(pod, 'spec', 'nodeName') !== undefined;
  const bound = isBound ? pod : scheduler.change(pod, bind);
  if (pod.metadata.labels?.[neverReadyLabel] !== undefined) {
    const conditions = [condition('PodScheduled', 'True')];
    if (!isBound) client.changeStatus(bound, { ...fieldsAt(bound, 'status'), conditions });
    return;
  }
  const status = statusOf(bound);
  // Do not write the status of a failing pod again: a new start time would trigger this controller
  // endlessly.
  if (textAt(bound, 'status', 'startTime') === undefined) client.changeStatus(bound, status);
}

function bind(pod: KubeObject): void {
  pod.spec = { nodeName, ...fieldsAt(pod, 'spec') };
}

function statusOf(pod: KubeObject): Fields {
  const reason = failureOf(pod.metadata);
  const isTask =
    controllerOf(pod)?.kind === 'Job' && textAt(pod, 'spec', 'restartPolicy') !== 'Always';
  const base = { ...fieldsAt(pod, 'status'), startTime: timestamp(), ...addressesOf(pod) };
  if (reason !== undefined && isTask)
    return ended(pod, base, { phase: 'Failed', reason: 'Error', exitCode: 1 });
  if (reason !== undefined) return waiting(pod, base, reason);
  if (isTask) return ended(pod, base, { phase: 'Succeeded', reason: 'Completed', exitCode: 0 });
  return running(pod, base);
}

/**
 * Derives the addresses from the uid: stable, and with few collisions in a cluster of a test's
 * size.
 */
function addressesOf({ metadata }: KubeObject): Fields {
  const digits = Number.parseInt((metadata.uid ?? '0').slice(0, 4), 16);
  const podIP = `10.196.${Math.floor(digits / 256)}.${digits % 256}`;
  const hostIP = '127.0.0.1';
  return { hostIP, hostIPs: [{ ip: hostIP }], podIP, podIPs: [{ ip: podIP }] };
}

function running(pod: KubeObject, base: Fields): Fields {
  const state = { running: { startedAt: timestamp() } };
  return {
    ...base,
    phase: 'Running',
    conditions: conditionsOf('True'),
    ...containerStates(pod, { ready: true, started: true, restartCount: 0, state }),
  };
}

function waiting(pod: KubeObject, base: Fields, reason: string): Fields {
  const isImage =
    /^(ErrImagePull|ImagePullBackOff|InvalidImageName|CreateContainerConfigError)$/.test(reason);
  const message = isImage
    ? 'the pod has the annotation sandbox.regatta.dev/fail with an image reason'
    : 'back-off restarting failed container: the pod has the annotation sandbox.regatta.dev/fail';
  const state = { waiting: { reason, message } };
  return {
    ...base,
    phase: isImage ? 'Pending' : 'Running',
    conditions: conditionsOf('False'),
    ...containerStates(pod, { ready: false, started: false, restartCount: isImage ? 0 : 1, state }),
  };
}

interface Ending {
  readonly phase: 'Succeeded' | 'Failed';
  readonly reason: string;
  readonly exitCode: number;
}

function ended(pod: KubeObject, base: Fields, { phase, reason, exitCode }: Ending): Fields {
  const now = timestamp();
  const state = { terminated: { exitCode, reason, startedAt: now, finishedAt: now } };
  return {
    ...base,
    phase,
    conditions: conditionsOf('False'),
    ...containerStates(pod, { ready: false, started: false, restartCount: 0, state }),
  };
}

function containerStates(pod: KubeObject, common: Fields): Fields {
  const statuses = itemsOf(pod.spec, 'containers').map(({ name = '', image = '' }) => ({
    name,
    image,
    imageID: '',
    lastState: {},
    ...structuredClone(common),
  }));
  return { containerStatuses: statuses };
}

function conditionsOf(ready: 'True' | 'False'): Fields[] {
  return [
    condition('Initialized', 'True'),
    condition('Ready', ready),
    condition('ContainersReady', ready),
    condition('PodScheduled', 'True'),
  ];
}

function condition(type: string, status: string): Fields {
  const reason = status === 'False' ? { reason: 'ContainersNotReady' } : {};
  return { type, status, ...reason, lastProbeTime: null, lastTransitionTime: timestamp() };
}
