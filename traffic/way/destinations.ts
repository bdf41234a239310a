import { balance, type EndpointShare } from '../envoy/balance.ts';
import type { Cluster, Envoy, SocketAddress, WeightedClusters } from '../envoy/config.ts';
import type { MeshPod } from '../mesh/mesh.ts';
import type { Destination, EndpointGroup } from './way.ts';

/** The configuration of a proxy, and the pods behind its addresses. */
export interface Site {
  readonly envoy: Envoy;
  readonly pods: ReadonlyMap<string, MeshPod>;
  /** Returns the addresses behind the one that the client asked for, where a proxy forwards to that address. */
  readonly original: () => readonly SocketAddress[];
}

/** Returns the destinations of a route, which names one cluster or several with weights. */
export function destinationsOf(targets: Targets, site: Site): readonly Destination[] {
  return sharesOf(targets).map(({ name, share }) => {
    const unknown = statuses[targets.clusterNotFoundResponseCode ?? ''];
    const isUnknown = unknown !== undefined && !site.envoy.clusters.has(name);
    const destination = destinationOf(name, share, site);
    return isUnknown ? { ...destination, statusWithoutEndpoints: unknown } : destination;
  });
}

/** Statuses that a route may name for clusters that the proxy does not know, besides the default. */
const statuses: Readonly<Record<string, number>> = { NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 };

function sharesOf({ cluster, weightedClusters }: Targets) {
  if (cluster !== undefined) return [{ name: cluster, share: 1 }];
  const clusters = weightedClusters?.clusters ?? [];
  const total = clusters.reduce((sum, { weight = 0 }) => sum + weight, 0);
  return clusters
    .filter(({ weight = 0 }) => weight > 0)
    .map(({ name = '', weight = 0 }) => ({ name, share: weight / total }));
}

/** The part of a route or of a TCP proxy that names clusters. */
interface Targets {
  readonly cluster?: string;
  readonly weightedClusters?: WeightedClusters;
  readonly clusterNotFoundResponseCode?: string;
}

/** Returns the destination of a cluster. Names such as `outbound|9080|v1|reviews.default.svc.cluster.local` name a subset. */
export function destinationOf(name: string, share: number, site: Site): Destination {
  const named = subsetNamed(name);
  const reached = addressesIn(site.envoy.clusters.get(name), site);
  return { name, ...named, share, endpoints: groupsOf(reached, share, site.pods) };
}

function subsetNamed(name: string): Pick<Destination, 'host' | 'port' | 'subset'> {
  const [direction, port, subset, host] = name.split(name.includes('|') ? '|' : '_.');
  if (direction !== 'outbound' || !host) return {};
  return { host, port: Number(port), ...(subset !== '' && { subset }) };
}

function addressesIn(cluster: Cluster | undefined, site: Site): readonly EndpointShare[] {
  if (cluster === undefined) return [];
  if (cluster.type === 'ORIGINAL_DST') {
    const all = site.original();
    return all.map((address) => ({ address, share: 1 / all.length }));
  }
  const service = cluster.edsClusterConfig?.serviceName || cluster.name;
  const assignment = cluster.loadAssignment ?? site.envoy.endpoints.get(service ?? '');
  return assignment === undefined ? [] : balance(cluster, assignment);
}

/** Adds up the shares of the pods of each workload and version on each cluster. */
function groupsOf(
  shares: readonly EndpointShare[],
  weight: number,
  pods: Site['pods'],
): readonly EndpointGroup[] {
  const groups = Map.groupBy(shares, ({ address }) => {
    const pod = pods.get(address.address ?? '');
    if (pod === undefined) return `${address.address}:${address.portValue}`;
    return [pod.cluster, pod.namespace, pod.workload, versionOf(pod)].join(' ');
  });
  return [...groups.values()].map((group) => {
    const address = group[0]?.address;
    const pod = pods.get(address?.address ?? '');
    const share = weight * group.reduce((sum, { share: part }) => sum + part, 0);
    const count = group.length;
    if (pod === undefined) return { version: addressText(address), count, share };
    const { cluster, namespace, workload } = pod;
    return { cluster, namespace, workload, version: versionOf(pod), count, share };
  });
}

function addressText(address: SocketAddress | undefined): string {
  const { address: host = 'unknown', portValue } = address ?? {};
  return portValue === undefined ? host : `${host}:${portValue}`;
}

/** The labels that name the version of a pod, in the order in which Istio's telemetry prefers them. */
const versionLabels = [
  'service.istio.io/canonical-revision',
  'app.kubernetes.io/version',
  'version',
];

function versionOf({ labels, workload }: MeshPod): string {
  const found = versionLabels.map((label) => labels[label]).find((value) => value !== undefined);
  return found ?? workload.slice(workload.indexOf('/') + 1);
}
