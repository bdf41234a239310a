/** Creates the objects that a cluster contains before it accepts the first request. */
import type { ClusterState } from './api/state.ts';
import { createObject, updateObject } from './api/write.ts';
import type { Fields } from './object.ts';
import { timestamp } from './object.ts';
import type { Resource } from './resources/resource.ts';

/** Name of the only Node of a cluster. */
export const nodeName = 'node1';

const options = {
  manager: 'kube-apiserver',
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => {},
} as const;

/**
 * Creates the Namespaces that every Kubernetes cluster has, a Node that is ready, and the given
 * CustomResourceDefinitions.
 *
 * @throws ApiError when a definition is not valid
 */
export function bootstrap(cluster: ClusterState, definitions: readonly Fields[]): void {
  const { registry } = cluster;
  const create = (kind: string, group: string, object: Fields): void => {
    const resource = registry.findKind(group, kind);
    if (resource === undefined) throw new Error(`the sandbox does not serve kind ${kind}`);
    createObject(cluster, { resource, namespace: '', name: '', subresource: '' }, object, options);
    if (kind === 'Node') readyNode(cluster, resource);
  };
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    create('Namespace', '', { metadata: { name } });
  }
  const labels = { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' };
  create('Node', '', { metadata: { name: nodeName, labels } });
  for (const definition of definitions) {
    create('CustomResourceDefinition', 'apiextensions.k8s.io', definition);
  }
  cluster.store.compact();
}

function readyNode(cluster: ClusterState, resource: Resource): void {
  const target = { resource, namespace: '', name: nodeName, subresource: 'status' } as const;
  const now = timestamp();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const status: Fields = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    capacity: { cpu: '1k', memory: '1Ti', pods: '1M' },
    allocatable: { cpu: '1k', memory: '1Ti', pods: '1M' },
    conditions: [ready],
    nodeInfo: { kubeletVersion: 'sandbox', operatingSystem: 'linux' },
  };
  updateObject(cluster, target, (node) => ({ ...node, status }), options);
}
