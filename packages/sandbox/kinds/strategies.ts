/** Strategies by kind; the sandbox only stores kinds that are not listed. */
import { cronJobStrategy, jobStrategy } from './batch.ts';
import {
  autoscalerStrategy,
  claimStrategy,
  priorityClassStrategy,
  storageClassStrategy,
  volumeStrategy,
} from './capacity.ts';
import {
  bindingStrategy,
  configMapStrategy,
  namespaceStrategy,
  secretStrategy,
} from './configuration.ts';
import { definitionStrategy } from './definitions.ts';
import {
  endpointSliceStrategy,
  endpointsStrategy,
  ingressStrategy,
  networkPolicyStrategy,
} from './networking.ts';
import { podStrategy } from './pods.ts';
import { serviceStrategy } from './services.ts';
import type { Strategy } from './strategy.ts';
import { webhookStrategy } from './webhooks.ts';
import {
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
} from './workloads.ts';

const strategies: Readonly<Record<string, Strategy>> = {
  ClusterRoleBinding: bindingStrategy,
  ConfigMap: configMapStrategy,
  CronJob: cronJobStrategy,
  CustomResourceDefinition: definitionStrategy,
  DaemonSet: daemonSetStrategy,
  Deployment: deploymentStrategy,
  EndpointSlice: endpointSliceStrategy,
  Endpoints: endpointsStrategy,
  HorizontalPodAutoscaler: autoscalerStrategy,
  Ingress: ingressStrategy,
  Job: jobStrategy,
  MutatingWebhookConfiguration: webhookStrategy,
  Namespace: namespaceStrategy,
  NetworkPolicy: networkPolicyStrategy,
  PersistentVolume: volumeStrategy,
  PersistentVolumeClaim: claimStrategy,
  Pod: podStrategy,
  PriorityClass: priorityClassStrategy,
  ReplicaSet: replicaSetStrategy,
  RoleBinding: bindingStrategy,
  Secret: secretStrategy,
  Service: serviceStrategy,
  StatefulSet: statefulSetStrategy,
  StorageClass: storageClassStrategy,
  ValidatingWebhookConfiguration: webhookStrategy,
};

const createdByUpdate = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'Endpoints',
  'Event',
  'Lease',
  'LimitRange',
  'Role',
  'RoleBinding',
  'Service',
]);

/** Returns the strategy of a kind. */
export function strategyOf(kind: string): Strategy {
  const strategy = strategies[kind] ?? {};
  return createdByUpdate.has(kind) ? { ...strategy, createdByUpdate: true } : strategy;
}
