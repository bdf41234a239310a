/** The built-in resource types. Source: discovery of a real API server 1.37. */
import { strategyOf } from '../kinds/strategies.ts';
import { builtinShape } from '../schema/builtin.ts';
import type { Resource, Subresource } from './resource.ts';

interface Row {
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: true;
  readonly subresources?: readonly Subresource[];
  readonly counted?: true;
}

const status = ['status'] as const;
const scaled = ['status', 'scale'] as const;
const all = ['all'] as const;
const extension = ['api-extensions'] as const;

const groups: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'] },
    { kind: 'Endpoints', plural: 'endpoints', short: ['ep'] },
    { kind: 'Event', plural: 'events', short: ['ev'] },
    { kind: 'LimitRange', plural: 'limitranges', short: ['limits'] },
    { kind: 'Namespace', plural: 'namespaces', short: ['ns'], cluster: true, subresources: status },
    { kind: 'Node', plural: 'nodes', short: ['no'], cluster: true, subresources: status },
    {
      kind: 'PersistentVolumeClaim',
      plural: 'persistentvolumeclaims',
      short: ['pvc'],
      subresources: status,
    },
    {
      kind: 'PersistentVolume',
      plural: 'persistentvolumes',
      short: ['pv'],
      cluster: true,
      subresources: status,
    },
    {
      kind: 'Pod',
      plural: 'pods',
      short: ['po'],
      categories: all,
      subresources: status,
      counted: true,
    },
    { kind: 'PodTemplate', plural: 'podtemplates' },
    {
      kind: 'ReplicationController',
      plural: 'replicationcontrollers',
      short: ['rc'],
      categories: all,
      subresources: scaled,
      counted: true,
    },
    { kind: 'ResourceQuota', plural: 'resourcequotas', short: ['quota'], subresources: status },
    { kind: 'Secret', plural: 'secrets' },
    { kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'] },
    {
      kind: 'Service',
      plural: 'services',
      short: ['svc'],
      categories: all,
      subresources: status,
    },
  ],
  'apps/v1': [
    { kind: 'ControllerRevision', plural: 'controllerrevisions' },
    {
      kind: 'DaemonSet',
      plural: 'daemonsets',
      short: ['ds'],
      categories: all,
      subresources: status,
      counted: true,
    },
    {
      kind: 'Deployment',
      plural: 'deployments',
      short: ['deploy'],
      categories: all,
      subresources: scaled,
      counted: true,
    },
    {
      kind: 'ReplicaSet',
      plural: 'replicasets',
      short: ['rs'],
      categories: all,
      subresources: scaled,
      counted: true,
    },
    {
      kind: 'StatefulSet',
      plural: 'statefulsets',
      short: ['sts'],
      categories: all,
      subresources: scaled,
      counted: true,
    },
  ],
  'autoscaling/v2': [
    {
      kind: 'HorizontalPodAutoscaler',
      plural: 'horizontalpodautoscalers',
      short: ['hpa'],
      categories: all,
      subresources: status,
    },
  ],
  'batch/v1': [
    {
      kind: 'CronJob',
      plural: 'cronjobs',
      short: ['cj'],
      categories: all,
      subresources: status,
      counted: true,
    },
    { kind: 'Job', plural: 'jobs', categories: all, subresources: status, counted: true },
  ],
  'coordination.k8s.io/v1': [{ kind: 'Lease', plural: 'leases' }],
  'discovery.k8s.io/v1': [{ kind: 'EndpointSlice', plural: 'endpointslices', counted: true }],
  'networking.k8s.io/v1': [
    { kind: 'IngressClass', plural: 'ingressclasses', cluster: true, counted: true },
    { kind: 'Ingress', plural: 'ingresses', short: ['ing'], subresources: status, counted: true },
    { kind: 'NetworkPolicy', plural: 'networkpolicies', short: ['netpol'], counted: true },
  ],
  'policy/v1': [
    {
      kind: 'PodDisruptionBudget',
      plural: 'poddisruptionbudgets',
      short: ['pdb'],
      subresources: status,
      counted: true,
    },
  ],
  'rbac.authorization.k8s.io/v1': [
    { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', cluster: true },
    { kind: 'ClusterRole', plural: 'clusterroles', cluster: true },
    { kind: 'RoleBinding', plural: 'rolebindings' },
    { kind: 'Role', plural: 'roles' },
  ],
  'scheduling.k8s.io/v1': [
    {
      kind: 'PriorityClass',
      plural: 'priorityclasses',
      short: ['pc'],
      cluster: true,
      counted: true,
    },
  ],
  'storage.k8s.io/v1': [
    { kind: 'StorageClass', plural: 'storageclasses', short: ['sc'], cluster: true },
  ],
  'apiextensions.k8s.io/v1': [
    {
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      short: ['crd', 'crds'],
      categories: extension,
      cluster: true,
      subresources: status,
      counted: true,
    },
  ],
  'admissionregistration.k8s.io/v1': [
    {
      kind: 'MutatingWebhookConfiguration',
      plural: 'mutatingwebhookconfigurations',
      categories: extension,
      cluster: true,
      counted: true,
    },
    {
      kind: 'ValidatingAdmissionPolicy',
      plural: 'validatingadmissionpolicies',
      categories: extension,
      cluster: true,
      subresources: status,
      counted: true,
    },
    {
      kind: 'ValidatingAdmissionPolicyBinding',
      plural: 'validatingadmissionpolicybindings',
      categories: extension,
      cluster: true,
      counted: true,
    },
    {
      kind: 'ValidatingWebhookConfiguration',
      plural: 'validatingwebhookconfigurations',
      categories: extension,
      cluster: true,
      counted: true,
    },
  ],
};

/** All built-in types, in discovery order. */
export const builtinResources: readonly Resource[] = Object.entries(groups).flatMap(
  ([apiVersion, rows]) => rows.map((row) => resourceOf(apiVersion, row)),
);

function resourceOf(apiVersion: string, row: Row): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    group,
    version,
    kind: row.kind,
    listKind: `${row.kind}List`,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    namespaced: row.cluster !== true,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    subresources: row.subresources ?? [],
    shape: builtinShape(group, version, row.kind),
    counted: row.counted === true,
    strategy: strategyOf(row.kind),
  };
}
