import type { IstioProxy } from '#model/istio-engine.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { byText, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import {
  type GatewayWorkload,
  isKubernetesGateway,
  workloadsOf,
} from '../mesh/kubernetes-gateways.ts';
import type { Mesh, MeshPod } from '../mesh/mesh.ts';

/** A proxy of the mesh that requests start from. */
export interface Start {
  readonly proxy: IstioProxy;
  /** The workload of the proxy, such as `Deployment/istio-ingressgateway`. */
  readonly workload: string;
  /** True for a workload that stands for all workloads of its namespace and cluster. */
  readonly isExample?: boolean;
  /** True for a gateway that no rendered workload is: something else may install it. */
  readonly isAssumed: boolean;
  /** Other callers whose requests go the same way. */
  readonly alike?: readonly Start[];
}

type Labels = Readonly<Record<string, string>>;

/** Returns the gateways that the mesh's Gateways select, ordered by id; each workload once for a cluster. */
export function gatewayStarts(mesh: Mesh): readonly Start[] {
  const selected = distinct(mesh.config.flatMap((object) => gatewaysOf(mesh, object)));
  const pods = [...mesh.pods.values()];
  const starts = selected.flatMap((gateway) => {
    const { labels: matchLabels, namespace, isNamespaced } = gateway;
    const own = pods.filter(
      (pod) =>
        matchesLabels({ matchLabels }, pod.labels) &&
        (!isNamespaced || pod.namespace === namespace),
    );
    const workloads = distinctPods(own).map((pod) => startOf(pod, 'router'));
    return workloads.length > 0 ? workloads : [assumed(gateway)];
  });
  return distinctStarts(starts);
}

interface SelectedGateway extends GatewayWorkload {
  /** Whether the pods must be in the namespace. */
  readonly isNamespaced: boolean;
}

function gatewaysOf(mesh: Mesh, object: KubeObject): readonly SelectedGateway[] {
  if (object.kind !== 'Gateway') return [];
  if (isKubernetesGateway(object)) {
    return workloadsOf(mesh, object).map((workload) => ({ ...workload, isNamespaced: true }));
  }
  const { namespace = 'default' } = object.metadata;
  const selector = valueAt(object, ['spec', 'selector']);
  // An empty selector of a Gateway selects every workload; only those that other Gateways name are gateways.
  if (!isFieldMap(selector) || Object.keys(selector).length === 0) return [];
  const [cluster = mesh.controlPlane] = mesh.members;
  return [{ labels: selector as Labels, namespace, cluster, isNamespaced: false }];
}

function distinct(gateways: readonly SelectedGateway[]): readonly SelectedGateway[] {
  const keyed = gateways.map((one) => {
    const { labels, namespace, isNamespaced } = one;
    return [JSON.stringify([labels, isNamespaced ? namespace : '']), one] as const;
  });
  return [...new Map(keyed).values()];
}

/** Returns a gateway with the labels that a Gateway selects, though no pod has them. */
function assumed({ cluster, namespace, labels, name }: SelectedGateway): Start {
  const workload = name ?? Object.values(labels)[0] ?? 'gateway';
  return {
    proxy: {
      id: `router/${cluster}/${namespace}/${workload}`,
      type: 'router',
      cluster,
      namespace,
      labels,
      ip: '192.0.2.1',
    },
    workload,
    isAssumed: true,
  };
}

function startOf(pod: MeshPod, type: IstioProxy['type']): Start {
  const { cluster, namespace, workload, labels, address, serviceAccount } = pod;
  const id = `${type}/${cluster}/${namespace}/${workload.slice(workload.indexOf('/') + 1)}`;
  return {
    proxy: { id, type, cluster, namespace, labels, ip: address, serviceAccount },
    workload,
    isAssumed: false,
  };
}

/** Returns the first pod of each workload on each cluster. */
function distinctPods(pods: readonly MeshPod[]): readonly MeshPod[] {
  const first = new Map<string, MeshPod>();
  for (const pod of pods) {
    const key = `${pod.cluster}/${pod.namespace}/${pod.workload}`;
    if (!first.has(key)) first.set(key, pod);
  }
  return [...first.values()];
}

function distinctStarts(starts: readonly Start[]): readonly Start[] {
  const byId = new Map(starts.map((start) => [start.proxy.id, start]));
  return [...byId.values()].sort((a, b) => byText(a.proxy.id, b.proxy.id));
}

/** Selects callers. Absent parts match all. */
export interface CallerSelector {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  /** Name of a workload, without its kind. */
  readonly workload?: string | undefined;
}

/**
 * Returns workloads that may call others, ordered by id: all that a selector with a workload names, else the first one
 * of each namespace on each member. Gateways are not among the latter.
 */
export function callerStarts(mesh: Mesh, selector: CallerSelector = {}): readonly Start[] {
  const gateways = new Set(gatewayStarts(mesh).map(({ proxy }) => proxy.ip));
  const matching = distinctPods([...mesh.pods.values()]).filter(
    ({ cluster, namespace, workload }) =>
      mesh.members.includes(cluster) &&
      (selector.cluster ?? cluster) === cluster &&
      (selector.namespace ?? namespace) === namespace &&
      workload.endsWith(`/${selector.workload ?? workload.slice(workload.indexOf('/') + 1)}`),
  );
  const starts = distinctStarts(matching.map((pod) => startOf(pod, 'sidecar')));
  if (selector.workload !== undefined) return starts;
  const callers = starts.filter(({ proxy }) => !gateways.has(proxy.ip));
  const first = Map.groupBy(callers, ({ proxy }) => `${proxy.cluster}/${proxy.namespace}`);
  return [...first.values()].flatMap(([one]) =>
    one === undefined ? [] : [{ ...one, isExample: true }],
  );
}

/**
 * Returns the proxies that a question is about: those that a selector names, or the gateways and a workload of each
 * namespace of each member.
 *
 * @throws NoSuchObjectError if no workload has the name of the selector
 */
export function startsFor(mesh: Mesh, from: CallerSelector | undefined): readonly Start[] {
  const gateways = gatewayStarts(mesh);
  if (from === undefined) return [...gateways, ...callerStarts(mesh)];
  const { cluster, namespace, workload } = from;
  const named = gateways.filter(
    ({ proxy, workload: own }) =>
      proxy.cluster === cluster &&
      proxy.namespace === namespace &&
      own.slice(own.indexOf('/') + 1) === workload,
  );
  if (named.length > 0) return named;
  const callers = callerStarts(mesh, from);
  if (callers.length > 0) return callers;
  if (workload !== undefined) {
    throw new NoSuchObjectError(`no workload ${namespace}/${workload} is rendered for ${cluster}`);
  }
  return [assumedCaller(cluster ?? '', namespace ?? 'default')];
}

function assumedCaller(cluster: string, namespace: string): Start {
  const id = `sidecar/${cluster}/${namespace}/any`;
  const proxy: IstioProxy = {
    id,
    type: 'sidecar',
    cluster,
    namespace,
    labels: {},
    ip: '192.0.2.2',
  };
  return { proxy, workload: 'any', isAssumed: true };
}
