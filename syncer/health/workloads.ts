import { hookAnnotation } from '#model/helm-hook.ts';
import type { KubeObject } from '#model/object.ts';
import {
  conditionOf,
  current,
  describeCondition,
  failed,
  type Health,
  inProgress,
  type StatusFields,
} from './rule.ts';

/** A Deployment is Current when every replica has the newest revision and is available. */
export function deploymentHealth(spec: StatusFields, status: StatusFields): Health {
  const progressing = conditionOf(status, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return failed(describeCondition(progressing));
  if (status.observedGeneration === undefined)
    return inProgress('its controller has not observed it yet');
  const desired = count(spec.replicas, 1);
  if (count(status.updatedReplicas) < desired) {
    return inProgress(`${count(status.updatedReplicas)} of ${desired} replicas updated`);
  }
  if (count(status.replicas) > count(status.updatedReplicas)) {
    return inProgress(
      `${count(status.replicas) - count(status.updatedReplicas)} old replicas left`,
    );
  }
  return ofReplicas(count(status.availableReplicas), desired, 'available');
}

export function statefulSetHealth(spec: StatusFields, status: StatusFields): Health {
  const strategy = spec.updateStrategy as { readonly type?: string } | undefined;
  const desired = count(spec.replicas, 1);
  if (status.observedGeneration === undefined)
    return inProgress('its controller has not observed it yet');
  if (count(status.readyReplicas) < desired) {
    return ofReplicas(count(status.readyReplicas), desired, 'ready');
  }
  if (strategy?.type === 'OnDelete') return current;
  if (count(status.replicas) > desired) return tooMany(count(status.replicas) - desired);
  const partition = (strategy as { rollingUpdate?: { partition?: number } } | undefined)
    ?.rollingUpdate?.partition;
  return ofReplicas(count(status.updatedReplicas), desired - count(partition), 'updated');
}

export function daemonSetHealth(_spec: StatusFields, status: StatusFields): Health {
  if (status.observedGeneration === undefined)
    return inProgress('its controller has not observed it yet');
  const desired = count(status.desiredNumberScheduled);
  if (count(status.updatedNumberScheduled) < desired) {
    return ofReplicas(count(status.updatedNumberScheduled), desired, 'updated');
  }
  return ofReplicas(count(status.numberAvailable), desired, 'available');
}

export function replicaSetHealth(spec: StatusFields, status: StatusFields): Health {
  const failure = conditionOf(status, 'ReplicaFailure');
  if (failure?.status === 'True') return inProgress(describeCondition(failure));
  const desired = count(spec.replicas, 1);
  if (count(status.replicas) > desired) return tooMany(count(status.replicas) - desired);
  return ofReplicas(count(status.availableReplicas), desired, 'available');
}

/**
 * A Job is Current once it runs: whether it succeeds is known only later. A hook of a chart is Current when it has
 * succeeded, because the objects that depend on it need its result.
 */
export function jobHealth(
  spec: StatusFields,
  status: StatusFields,
  { metadata: { annotations = {} } }: KubeObject,
): Health {
  const failure = conditionOf(status, 'Failed');
  if (failure?.status === 'True') return failed(describeCondition(failure));
  if (conditionOf(status, 'Complete')?.status === 'True' || spec.suspend === true) return current;
  if (status.startTime === undefined) return inProgress('has not started yet');
  return annotations[hookAnnotation] === undefined ? current : inProgress('is not complete yet');
}

export function podHealth(_spec: StatusFields, status: StatusFields): Health {
  if (status.phase === 'Succeeded') return current;
  if (status.phase === 'Failed') return failed(String(status.message ?? status.reason ?? 'failed'));
  const ready = conditionOf(status, 'Ready');
  if (ready?.status === 'True') return current;
  const looping = crashLooping(status);
  if (looping !== '') return failed(`container ${looping} is in CrashLoopBackOff`);
  return inProgress(
    ready === undefined ? `is ${status.phase ?? 'Pending'}` : describeCondition(ready),
  );
}

/** Returns the name of a container in CrashLoopBackOff; '' if there is none. */
function crashLooping({ containerStatuses }: StatusFields): string {
  type Status = { name?: string; state?: { waiting?: { reason?: string } } };
  const statuses = Array.isArray(containerStatuses) ? (containerStatuses as Status[]) : [];
  const found = statuses.find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  return found?.name ?? '';
}

function tooMany(surplus: number): Health {
  return inProgress(`${surplus} replicas must still terminate`);
}

function ofReplicas(have: number, desired: number, word: string): Health {
  return have >= desired ? current : inProgress(`${have} of ${desired} replicas ${word}`);
}

function count(value: unknown, fallback = 0): number {
  return typeof value === 'number' ? value : fallback;
}
