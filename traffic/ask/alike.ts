/** Callers whose proxies get the same routes and endpoints, of which the engine needs to answer for one only. */
import { type KubeObject, valueAt } from '#model/object.ts';
import type { Mesh, MeshCluster } from '../mesh/mesh.ts';
import { hostKey } from '../mesh/part.ts';
import { resolveHost } from './dns.ts';
import type { Start } from './proxies.ts';

/**
 * Returns the starts of which none answers like another one. Each has those that answer like it as `alike`. Gateways and
 * workloads that a question names stay single.
 *
 * @param host - the host of the request; absent for all Services of the callers' clusters
 */
export function distinctCallers(
  mesh: Mesh,
  starts: readonly Start[],
  host?: string,
): readonly Start[] {
  const keyOf = keysIn(mesh, host);
  const groups = Map.groupBy(starts, (start) => (start.isExample ? keyOf(start) : start.proxy.id));
  return [...groups.values()].flatMap(([first, ...alike]) =>
    first === undefined ? [] : [alike.length === 0 ? first : { ...first, alike }],
  );
}

function keysIn(mesh: Mesh, host: string | undefined): (start: Start) => string {
  if (mesh.config.some(distinguishesCallers)) return ({ proxy }) => proxy.id;
  const services = mesh.clusters.flatMap((cluster) => cluster.services);
  const isPerCluster = services.some(prefersNear) || mesh.config.some(distinguishesClusters);
  const ownConfig = new Set(mesh.config.filter(isOwn).map(({ metadata }) => metadata.namespace));
  const clusters = new Map(mesh.clusters.map((one) => [one.name, clusterKey(one)]));
  return ({ proxy }) => {
    const { cluster, namespace } = proxy;
    const resolved = host === undefined ? undefined : resolveHost(mesh, proxy, host);
    // The reason of an unresolved name has the name of the cluster.
    if (resolved?.type === 'unresolved') return proxy.id;
    return JSON.stringify([
      ...[mesh.networks[cluster] ?? '', clusters.get(cluster), resolved?.host],
      ownConfig.has(namespace) ? namespace : '',
      isPerCluster ? cluster : '',
    ]);
  };
}

/** Kinds whose objects never apply to the callers of their own namespace alone. */
const sharedKinds = new Set(['Gateway', 'VirtualService']);

function isOwn({ kind }: KubeObject): boolean {
  return !sharedKinds.has(kind);
}

/** Reports whether a configuration may apply to some callers only, by their labels, namespace or workload. */
function distinguishesCallers({ kind, spec }: KubeObject): boolean {
  return (
    kind === 'Sidecar' ||
    kind === 'EnvoyFilter' ||
    hasField(spec, /^(exportTo|sourceLabels|sourceNamespace|workloadSelector)$/)
  );
}

function distinguishesClusters({ spec }: KubeObject): boolean {
  return hasField(spec, /^failoverPriority$/);
}

function hasField(value: unknown, name: RegExp): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => name.test(key) || hasField(inner, name));
}

/** Reports whether a Service sends requests to the caller's own node or zone, or hides from other namespaces. */
function prefersNear({ metadata, spec }: KubeObject): boolean {
  const { annotations = {} } = metadata;
  return (
    valueAt(spec, ['internalTrafficPolicy']) === 'Local' ||
    valueAt(spec, ['trafficDistribution']) !== undefined ||
    Object.keys(annotations).some((key) => key.startsWith('networking.istio.io/'))
  );
}

/** Returns what callers of a cluster have in common: their locality, and their Services without the addresses. */
function clusterKey({ region, zone, services }: MeshCluster): string {
  const shapes = services.map((service) => {
    const {
      clusterIP,
      clusterIPs: _,
      ...spec
    } = Object(service['spec']) as Record<string, unknown>;
    return [
      hostKey(service),
      service.metadata.labels,
      { ...spec, isHeadless: clusterIP === 'None' },
    ];
  });
  return JSON.stringify([region, zone, shapes]);
}
