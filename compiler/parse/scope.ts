import type { KindScope, Scope } from '#model/kind-scope.ts';
import { nearestWord } from '#model/nearest.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import { definedKinds } from './defined-kinds.ts';
import { knownScope } from './known-kinds.ts';

/** The cluster-scoped kinds of Kubernetes 1.35 and Karmada 1.18, as `group/Kind`. */
const clusterScoped: ReadonlySet<string> = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'ComponentStatus'].map((kind) => `/${kind}`),
  ...[
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
  ].map((kind) => `admissionregistration.k8s.io/${kind}`),
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'authentication.k8s.io/SelfSubjectReview',
  'authentication.k8s.io/TokenReview',
  'authorization.k8s.io/SelfSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectRulesReview',
  'authorization.k8s.io/SubjectAccessReview',
  'certificates.k8s.io/CertificateSigningRequest',
  'certificates.k8s.io/ClusterTrustBundle',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/IPAddress',
  'networking.k8s.io/ServiceCIDR',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/DeviceTaintRule',
  'resource.k8s.io/ResourceSlice',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  'storage.k8s.io/VolumeAttributesClass',
  'storagemigration.k8s.io/StorageVersionMigration',
  'apps.karmada.io/WorkloadRebalancer',
  'cluster.karmada.io/Cluster',
  'config.karmada.io/ResourceInterpreterCustomization',
  'config.karmada.io/ResourceInterpreterWebhookConfiguration',
  'policy.karmada.io/ClusterPropagationPolicy',
  'policy.karmada.io/ClusterOverridePolicy',
  'policy.karmada.io/ClusterTaintPolicy',
  'remedy.karmada.io/Remedy',
  'search.karmada.io/ResourceRegistry',
  'work.karmada.io/ClusterResourceBinding',
]);

/** The namespaced kinds of Kubernetes 1.37, as `group/Kind`. */
const namespaced: readonly string[] = [
  '/Binding',
  '/ConfigMap',
  '/Endpoints',
  '/Event',
  '/LimitRange',
  '/PersistentVolumeClaim',
  '/Pod',
  '/PodTemplate',
  '/ReplicationController',
  '/ResourceQuota',
  '/Secret',
  '/Service',
  '/ServiceAccount',
  'apps/ControllerRevision',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'authorization.k8s.io/LocalSubjectAccessReview',
  'autoscaling/HorizontalPodAutoscaler',
  'batch/CronJob',
  'batch/Job',
  'certificates.k8s.io/PodCertificateRequest',
  'coordination.k8s.io/Lease',
  'coordination.k8s.io/LeaseCandidate',
  'discovery.k8s.io/EndpointSlice',
  'events.k8s.io/Event',
  'lifecycle.k8s.io/Eviction',
  'lifecycle.k8s.io/EvictionRequest',
  'networking.k8s.io/Ingress',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'resource.k8s.io/ResourceClaim',
  'resource.k8s.io/ResourceClaimTemplate',
  'scheduling.k8s.io/CompositePodGroup',
  'scheduling.k8s.io/PodGroup',
  'scheduling.k8s.io/Workload',
  'storage.k8s.io/CSIStorageCapacity',
];

/** The kinds of Kubernetes, and the cluster-scoped kinds of Karmada, as `group/Kind`. */
export const builtInKinds: readonly string[] = [...namespaced, ...clusterScoped];

/** The namespaced kinds of a group that Kubernetes removed. */
const formerlyNamespaced: readonly string[] = [
  'DaemonSet',
  'Deployment',
  'Ingress',
  'NetworkPolicy',
  'ReplicaSet',
].map((kind) => `extensions/${kind}`);

const builtIn: ReadonlyMap<string, Scope> = new Map([
  ...formerlyNamespaced.map((type) => [type, 'Namespaced'] as const),
  ['extensions/PodSecurityPolicy', 'Cluster'],
  ...namespaced.map((type) => [type, 'Namespaced'] as const),
  ...[...clusterScoped].map((type) => [type, 'Cluster'] as const),
]);

const builtInGroups: ReadonlySet<string> = new Set(
  builtInKinds.map((type) => type.slice(0, type.indexOf('/'))),
);

/** Returns the scope of an object's kind; undefined if neither the repository nor Regatta knows the kind. */
export type ScopeOf = (object: KubeObject) => Scope | undefined;

/**
 * Looks up the scopes of kinds: those that objects of the repository define, those in `spec.kinds`, those of
 * Kubernetes and Karmada, and those of widely used controllers, in this order.
 */
export function scopesOf(objects: readonly KubeObject[], given: readonly KindScope[]): ScopeOf {
  const scopes = new Map<string, Scope>([
    ...given.map(({ group, kind, scope }) => [`${group}/${kind}`, scope] as const),
    ...objects.flatMap(definedKinds),
  ]);
  return (object) => {
    const { group, kind } = gvkOf(object);
    const type = `${group}/${kind}`;
    const known = scopes.get(type) ?? builtIn.get(type) ?? knownScope(group, kind);
    // Lint reports an unknown kind of Kubernetes, with the kind that its author meant.
    return known ?? (builtInGroups.has(group) ? 'Namespaced' : undefined);
  };
}

/**
 * Returns the group of Kubernetes that has a kind and that an author can have meant by another group: one with a similar
 * name, or any if the other group has no dot, as only groups of Kubernetes do. The core group is ''.
 */
export function meantGroup(group: string, kind: string): string | undefined {
  const groups = builtInKinds
    .filter((type) => type.endsWith(`/${kind}`))
    .map((type) => type.slice(0, type.indexOf('/')));
  return nearestWord(group, groups) ?? (group.includes('.') ? undefined : groups[0]);
}
