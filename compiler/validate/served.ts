import type { Cluster } from '#model/cluster.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';

/** The minor versions 1.x in which Kubernetes added or removed a built-in API. */
interface Lifetime {
  /** The first version that serves the API. */
  readonly since?: number;
  /** The first version that no longer serves the API. */
  readonly until?: number;
  /** The API version that replaces it; absent if there is no replacement. */
  readonly successor?: string;
}

type Row = readonly [apiVersion: string, kinds: string, lifetime: Lifetime];

/**
 * Lifetimes of built-in APIs.
 *
 * Source: Kubernetes' deprecated API migration guide, and release notes.
 */
const rows: readonly Row[] = [
  ['extensions/v1beta1', 'Deployment DaemonSet ReplicaSet', { until: 16, successor: 'apps/v1' }],
  ['extensions/v1beta1', 'NetworkPolicy', { until: 16, successor: 'networking.k8s.io/v1' }],
  ['extensions/v1beta1', 'Ingress', { until: 22, successor: 'networking.k8s.io/v1' }],
  ['extensions/v1beta1', 'PodSecurityPolicy', { until: 16 }],
  ['apps/v1beta1', 'Deployment StatefulSet', { until: 16, successor: 'apps/v1' }],
  [
    'apps/v1beta2',
    'Deployment DaemonSet ReplicaSet StatefulSet',
    { until: 16, successor: 'apps/v1' },
  ],
  ...v1From('admissionregistration.k8s.io', 22, [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ]),
  ...v1From('apiextensions.k8s.io', 22, ['CustomResourceDefinition']),
  ...v1From('apiregistration.k8s.io', 22, ['APIService']),
  ...v1From('certificates.k8s.io', 22, ['CertificateSigningRequest']),
  ...v1From('coordination.k8s.io', 22, ['Lease']),
  ...v1From('networking.k8s.io', 22, ['Ingress', 'IngressClass']),
  ...v1From('rbac.authorization.k8s.io', 22, [
    ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  ]),
  ...v1From('scheduling.k8s.io', 22, ['PriorityClass']),
  ...v1From('storage.k8s.io', 22, ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment']),
  ...v1From('storage.k8s.io', 27, ['CSIStorageCapacity']),
  ...v1From('batch', 25, ['CronJob']),
  ...v1From('discovery.k8s.io', 25, ['EndpointSlice']),
  ...v1From('events.k8s.io', 25, ['Event']),
  ...v1From('policy', 25, ['PodDisruptionBudget']),
  ...v1From('node.k8s.io', 25, ['RuntimeClass']),
  ['policy/v1beta1', 'PodSecurityPolicy', { until: 25 }],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', { until: 25, successor: 'autoscaling/v2' }],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', { until: 26, successor: 'autoscaling/v2' }],
  ...['v1beta1', 'v1beta2', 'v1beta3'].map((version, index): Row => {
    const lifetime = { until: 26 + 3 * index, successor: 'flowcontrol.apiserver.k8s.io/v1' };
    const kinds = 'FlowSchema PriorityLevelConfiguration';
    return [`flowcontrol.apiserver.k8s.io/${version}`, kinds, lifetime];
  }),
  ['networking.k8s.io/v1', 'Ingress IngressClass', { since: 19 }],
  ['node.k8s.io/v1', 'RuntimeClass', { since: 20 }],
  ['batch/v1', 'CronJob', { since: 21 }],
  ['policy/v1', 'PodDisruptionBudget', { since: 21 }],
  ['discovery.k8s.io/v1', 'EndpointSlice', { since: 21 }],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', { since: 23 }],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', { since: 24 }],
  ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema PriorityLevelConfiguration', { since: 29 }],
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    { since: 30 },
  ],
  ['networking.k8s.io/v1', 'ServiceCIDR IPAddress', { since: 33 }],
  ['storage.k8s.io/v1', 'VolumeAttributesClass', { since: 34 }],
  [
    'resource.k8s.io/v1',
    'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    { since: 34 },
  ],
];

/** Returns the rows of kinds whose v1beta1 Kubernetes removed in favour of v1. */
function v1From(group: string, until: number, kinds: readonly string[]): readonly Row[] {
  return [[`${group}/v1beta1`, kinds.join(' '), { until, successor: `${group}/v1` }]];
}

const lifetimes: ReadonlyMap<string, Lifetime> = new Map(
  rows.flatMap(([apiVersion, kinds, lifetime]) =>
    kinds.split(' ').map((kind) => [`${apiVersion} ${kind}`, lifetime] as const),
  ),
);

/** Returns the lifetime of a built-in API; undefined if no recent version added or removed it. */
export function lifetimeOf({ apiVersion, kind }: KubeObject): Lifetime | undefined {
  return lifetimes.get(`${apiVersion} ${kind}`);
}

/** Returns the minor version of a cluster, such as 33 for `v1.33.1`; undefined if the cluster's status has no version. */
export function minorOf({ status }: Cluster): number | undefined {
  const [, minor] = /^v?1\.(\d+)/.exec(status?.kubernetesVersion ?? '') ?? [];
  return minor === undefined ? undefined : Number(minor);
}

/** Reports whether a cluster's status lists a kind. */
export function isEnabled({ status }: Cluster, object: KubeObject): boolean {
  const { apiVersion } = object;
  const { kind } = gvkOf(object);
  return (status?.apiEnablements ?? []).some(
    ({ groupVersion, resources }) =>
      groupVersion === apiVersion && resources.some((resource) => resource.kind === kind),
  );
}
