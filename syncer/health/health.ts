/** Computes the health of objects, with the statuses and rules of kstatus (sigs.k8s.io/cli-utils). */
import { gvkOf, isFieldMap, type KubeObject } from '#model/object.ts';
import {
  conditionOf,
  current,
  describeCondition,
  failed,
  type Health,
  type HealthRule,
  inProgress,
  type StatusFields,
} from './rule.ts';
import {
  daemonSetHealth,
  deploymentHealth,
  jobHealth,
  podHealth,
  replicaSetHealth,
  statefulSetHealth,
} from './workloads.ts';

/** Rules by `Kind` or `Kind.group`. Kinds without a rule use the standard conditions. */
const rules: Readonly<Record<string, HealthRule>> = {
  'Deployment.apps': deploymentHealth,
  'StatefulSet.apps': statefulSetHealth,
  'DaemonSet.apps': daemonSetHealth,
  'ReplicaSet.apps': replicaSetHealth,
  'Job.batch': jobHealth,
  Pod: podHealth,
  PersistentVolumeClaim: claimHealth,
  Service: serviceHealth,
  Namespace: namespaceHealth,
  PersistentVolume: volumeHealth,
  'APIService.apiregistration.k8s.io': apiServiceHealth,
  'CustomResourceDefinition.apiextensions.k8s.io': definitionHealth,
};

/** Kinds that are Current as soon as they exist. The syncer never needs their bodies. */
const passive = new Set([
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'LimitRange',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'Role.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io',
  'NetworkPolicy.networking.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'StorageClass.storage.k8s.io',
]);

/** Reports whether objects of the kind become ready only some time after the apply. */
export function hasReadiness(kind: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  return !passive.has(groupKindOf(kind));
}

function groupKindOf(ref: { readonly apiVersion: string; readonly kind: string }): string {
  const { group, kind } = gvkOf(ref);
  return group === '' ? kind : `${kind}.${group}`;
}

/** Returns the health of a live object. */
export function healthOf(object: KubeObject): Health {
  if (object.metadata.deletionTimestamp !== undefined) {
    return { status: 'Terminating', message: 'being deleted' };
  }
  if (!hasReadiness(object)) return current;
  const spec = fieldsOf(object.spec);
  const status = fieldsOf(object.status);
  const { generation } = object.metadata;
  const { observedGeneration } = status;
  if (typeof generation === 'number' && typeof observedGeneration === 'number') {
    if (observedGeneration < generation)
      return inProgress('its controller has not observed it yet');
  }
  return (rules[groupKindOf(object)] ?? conditionHealth)(spec, status, object);
}

/** Returns the fields of a spec or status. A definition may give it any type. */
function fieldsOf(value: unknown): StatusFields {
  return isFieldMap(value) ? value : {};
}

/** Reads the standard conditions of custom resources and kinds without a rule. Without conditions they are Current. */
function conditionHealth(_spec: StatusFields, status: StatusFields): Health {
  const stalled = conditionOf(status, 'Stalled');
  if (stalled?.status === 'True') return failed(describeCondition(stalled));
  const reconciling = conditionOf(status, 'Reconciling');
  if (reconciling?.status === 'True') return inProgress(describeCondition(reconciling));
  const ready = conditionOf(status, 'Ready');
  if (ready !== undefined && ready.status !== 'True') return inProgress(describeCondition(ready));
  return current;
}

function claimHealth(_spec: StatusFields, status: StatusFields): Health {
  return status.phase === 'Bound' ? current : inProgress(`is ${status.phase ?? 'not bound yet'}`);
}

function volumeHealth(_spec: StatusFields, { phase, message, reason }: StatusFields): Health {
  if (phase === 'Failed') return failed(String(message ?? reason ?? 'could not be reclaimed'));
  return phase === 'Pending' ? inProgress('is not available yet') : current;
}

function apiServiceHealth(_spec: StatusFields, status: StatusFields): Health {
  const available = conditionOf(status, 'Available');
  return available?.status === 'False' ? inProgress(describeCondition(available)) : current;
}

function serviceHealth(spec: StatusFields, status: StatusFields): Health {
  if (spec.type !== 'LoadBalancer') return current;
  const { ingress } = (status.loadBalancer ?? {}) as { readonly ingress?: readonly unknown[] };
  return ingress?.length ? current : inProgress('has no load balancer yet');
}

function namespaceHealth(_spec: StatusFields, status: StatusFields): Health {
  return status.phase === 'Active' ? current : inProgress(`is ${status.phase ?? 'not active yet'}`);
}

function definitionHealth(_spec: StatusFields, status: StatusFields): Health {
  const names = conditionOf(status, 'NamesAccepted');
  if (names?.status === 'False') return failed(describeCondition(names));
  return conditionOf(status, 'Established')?.status === 'True'
    ? current
    : inProgress('is not established yet');
}
