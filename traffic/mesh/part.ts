/**
 * A part of a mesh: what Istio needs to know to answer about some Services. Istio generates the route to a Service, and its
 * endpoints, from the configuration and from objects of that Service alone.
 */
import { type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { Mesh, MeshCluster } from './mesh.ts';
import { configOf, type Rules } from './part-rules.ts';
import { addressOf, selectorOf } from './services.ts';

/** Services, each as `name.namespace`. */
export type Hosts = ReadonlySet<string>;

/** A proxy. The Services and the pod of a gateway stay in the part: they decide its listeners. */
interface Kept {
  readonly type: 'router' | 'sidecar';
  readonly cluster: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
}

/** Names a Service as `Hosts` do. */
export function hostKey({ metadata }: KubeObject): string {
  return `${metadata.name}.${metadata.namespace ?? 'default'}`;
}

/** Number of pods and Services up to which Istio reads a whole mesh faster than it answers twice. */
const smallMesh = 500;

/** Reports whether a part of the mesh answers faster than the whole, and in the same way. */
export function isDivisible({ clusters, config, pods }: Mesh): boolean {
  const size = clusters.reduce((sum, { services }) => sum + services.length, pods.size);
  return size > smallMesh && !config.some(concernsAll);
}

/**
 * Reports whether an object leads to pods or Services that it does not name, or counts only if its Services are there, as a route of
 * the Gateway API does.
 */
function concernsAll({ apiVersion, kind, spec }: KubeObject): boolean {
  if (apiVersion.startsWith('gateway.networking.k8s.io/')) return true;
  if (kind === 'ServiceEntry') return valueAt(spec, ['workloadSelector']) !== undefined;
  if (kind !== 'Gateway') return false;
  const servers = valueAt(spec, ['servers']);
  return (
    Array.isArray(servers) &&
    servers.some((server) => valueAt(server, ['tls', 'mode']) === 'AUTO_PASSTHROUGH')
  );
}

/**
 * Returns the mesh with the Services of `hosts`, their pods, and what every answer depends on. `pods` stays whole.
 *
 * @param rules - the VirtualServices; absent for all
 */
export function partOf(mesh: Mesh, hosts: Hosts, proxies: readonly Kept[], rules?: Rules): Mesh {
  const kept = Map.groupBy(proxies, ({ cluster }) => cluster);
  const clusters = mesh.clusters
    .map((cluster) => partOfCluster(cluster, hosts, kept.get(cluster.name) ?? []))
    .filter(
      ({ name, services }) => services.length > 0 || kept.has(name) || name === mesh.controlPlane,
    );
  const config = rules === undefined ? mesh.config : configOf(mesh.config, rules);
  return { ...mesh, clusters, config };
}

function partOfCluster(cluster: MeshCluster, hosts: Hosts, own: readonly Kept[]): MeshCluster {
  const gateways = own.filter(({ type }) => type === 'router');
  const services = cluster.services.filter(
    (service) =>
      hosts.has(hostKey(service)) || isAlwaysRead(service) || gateways.some(isBehind(service)),
  );
  const names = new Set(services.map(hostKey));
  const endpointSlices = cluster.endpointSlices.filter(({ metadata }) => {
    const service = metadata.labels?.['kubernetes.io/service-name'];
    return names.has(`${service}.${metadata.namespace ?? 'default'}`);
  });
  const addresses = new Set(endpointSlices.flatMap(addressesIn));
  for (const { ip } of gateways) addresses.add(ip);
  const pods = cluster.pods.filter((pod) =>
    addresses.has(String(valueAt(pod, ['status', 'podIP']))),
  );
  const used = new Set([...services, ...pods].map(({ metadata }) => metadata.namespace));
  for (const { namespace } of own) used.add(namespace);
  const namespaces = cluster.namespaces.filter(
    ({ metadata }) => metadata.labels !== undefined || used.has(metadata.name),
  );
  return { ...cluster, namespaces, services, pods, endpointSlices };
}

/** Headless and external Services share listeners with others; gateways between networks lead to all Services. */
function isAlwaysRead(service: KubeObject): boolean {
  const network = valueAt(service, ['metadata', 'labels', 'topology.istio.io/network']);
  return addressOf(service) === undefined || network !== undefined;
}

function isBehind(service: KubeObject): (proxy: Kept) => boolean {
  const matchLabels = selectorOf(service);
  const namespace = service.metadata.namespace ?? 'default';
  return (proxy) =>
    matchLabels !== undefined &&
    proxy.namespace === namespace &&
    matchesLabels({ matchLabels }, proxy.labels);
}

function addressesIn(slice: KubeObject): readonly string[] {
  const endpoints = valueAt(slice, ['endpoints']);
  if (!Array.isArray(endpoints)) return [];
  return endpoints.flatMap((endpoint) => {
    const addresses = valueAt(endpoint, ['addresses']);
    return Array.isArray(addresses) ? addresses : [];
  });
}
