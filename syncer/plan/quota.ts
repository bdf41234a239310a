/** Decides from an `exceeded quota` rejection whether the deletion of an object would free enough of the quota. */
import type { Quantity } from '#model/cluster.ts';
import { isFieldMap, type KubeObject } from '#model/object.ts';
import { parseQuantity } from '#model/quantity.ts';

/**
 * Reports whether a new object fits into the exceeded quota once `obstacle`, an object of the same kind, is gone.
 *
 * @param message - the rejection: `exceeded quota: NAME, requested: a=1, used: a=1, limited: a=1`
 */
export function freesQuota(obstacle: KubeObject, message: string): boolean {
  const figures = /requested: (\S*), used: (\S*), limited: (\S*)/.exec(message);
  if (figures === null) return false;
  const [requested, used, limited] = figures.slice(1).map(quantitiesIn);
  const usage = usageOf(obstacle);
  return [...(requested ?? [])].every(([resource, amount]) => {
    const limit = limited?.get(resource);
    const left = (used?.get(resource) ?? 0n) - usage(resource);
    return limit !== undefined && left + amount <= limit;
  });
}

function quantitiesIn(list: string): ReadonlyMap<string, bigint> {
  const pairs = list.split(',').map((pair) => pair.split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, parseQuantity(value) ?? 0n]));
}

const one = parseQuantity(1) ?? 0n;

type Usage = (resource: string) => bigint;

/**
 * Returns what an object uses of each resource of a quota; 0 for resources that this code does not know.
 *
 * Source: Kubernetes, pkg/quota/v1/evaluator/core.
 */
function usageOf(object: KubeObject): Usage {
  const spec = isFieldMap(object.spec) ? object.spec : {};
  const own = evaluators[`${object.apiVersion} ${object.kind}`]?.(spec, object) ?? (() => 0n);
  return (resource) => (resource.startsWith('count/') ? one : own(resource));
}

type Fields = Readonly<Record<string, unknown>>;

const evaluators: Readonly<Record<string, (spec: Fields, object: KubeObject) => Usage>> = {
  'v1 ConfigMap': () => (resource) => (resource === 'configmaps' ? one : 0n),
  'v1 Secret': () => (resource) => (resource === 'secrets' ? one : 0n),
  'v1 ResourceQuota': () => (resource) => (resource === 'resourcequotas' ? one : 0n),
  'v1 ReplicationController': () => (resource) =>
    resource === 'replicationcontrollers' ? one : 0n,
  'v1 Service': serviceUsage,
  'v1 PersistentVolumeClaim': claimUsage,
  'v1 Pod': podUsage,
};

function serviceUsage({ type, ports, allocateLoadBalancerNodePorts }: Fields): Usage {
  const all = Array.isArray(ports) ? (ports as readonly Fields[]) : [];
  const allocated = all.filter(({ nodePort }) => typeof nodePort === 'number');
  const isWhole = type === 'NodePort' || allocateLoadBalancerNodePorts !== false;
  const nodePorts = isWhole ? all.length : allocated.length;
  const hasPorts = type === 'NodePort' || type === 'LoadBalancer';
  return (resource) => {
    if (resource === 'services') return one;
    if (resource === 'services.loadbalancers') return type === 'LoadBalancer' ? one : 0n;
    return resource === 'services.nodeports' && hasPorts ? one * BigInt(nodePorts) : 0n;
  };
}

function claimUsage({ resources, storageClassName }: Fields): Usage {
  const storage = amountIn(fieldsOf(fieldsOf(resources).requests).storage);
  const ofClass = `${String(storageClassName)}.storageclass.storage.k8s.io/`;
  return (resource) => {
    const name = resource.startsWith(ofClass) ? resource.slice(ofClass.length) : resource;
    if (name === 'persistentvolumeclaims') return one;
    return name === 'requests.storage' ? storage : 0n;
  };
}

/** Counts the containers of a Pod, but not the overhead of its runtime: too little frees too little. */
function podUsage({ containers, initContainers }: Fields, { status }: KubeObject): Usage {
  const isDone = ['Succeeded', 'Failed'].includes(String(fieldsOf(status).phase));
  const sidecars = listOf(initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const running = [...listOf(containers), ...sidecars];
  return (resource) => {
    if (isDone) return 0n;
    if (resource === 'pods') return one;
    const [, kind = 'requests', name = ''] = /^(?:(requests|limits)\.)?(.+)$/.exec(resource) ?? [];
    return running.reduce(
      (sum, { resources }) => sum + amountIn(fieldsOf(fieldsOf(resources)[kind])[name]),
      0n,
    );
  };
}

function amountIn(quantity: unknown): bigint {
  return (quantity === undefined ? undefined : parseQuantity(quantity as Quantity)) ?? 0n;
}

function fieldsOf(value: unknown): Fields {
  return isFieldMap(value) ? value : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}
