import { valueAt } from '#model/object.ts';
import type { Mesh, MeshCluster } from '../mesh/mesh.ts';
import { mostPods } from '../mesh/pods.ts';
import type { Start } from './proxies.ts';

/** Returns what an answer about a mesh assumes, as sentences. */
export function notesOf(mesh: Mesh, starts: readonly Start[]): readonly string[] {
  return [...assumedNotes(starts), ...networkNotes(mesh), ...sizeNotes(mesh)];
}

function assumedNotes(starts: readonly Start[]): readonly string[] {
  return starts
    .filter(({ isAssumed }) => isAssumed)
    .map(({ proxy }) => {
      const labels = Object.entries(proxy.labels).map(([key, value]) => `${key}=${value}`);
      return proxy.type === 'router'
        ? `no rendered workload has the labels ${labels.join(',')}: the gateway is assumed on ${proxy.cluster}`
        : `no rendered workload of namespace ${proxy.namespace} is on ${proxy.cluster}: a caller without labels is assumed there`;
    });
}

/** Istio reaches pods of another network through a gateway that has the label of that network. */
function networkNotes({ networks, clusters }: Mesh): readonly string[] {
  const names = new Set(clusters.map(({ name }) => networks[name] ?? ''));
  if (names.size < 2) return [];
  const byNetwork = Map.groupBy(clusters, ({ name }) => networks[name] ?? '');
  return [...byNetwork]
    .filter(([network, own]) => !own.some((cluster) => hasGateway(cluster, network)))
    .filter(([, own]) => own.some(({ pods }) => pods.length > 0))
    .map(([network, own]) => {
      const where = own.map(({ name }) => name).join(', ');
      const which = network === '' ? 'the network without a name' : `network ${network}`;
      return `${which} has no rendered east-west gateway: other networks do not reach the pods of ${where}`;
    });
}

function hasGateway({ services }: MeshCluster, network: string): boolean {
  return services.some(
    (service) => valueAt(service, ['metadata', 'labels', 'topology.istio.io/network']) === network,
  );
}

function sizeNotes({ pods }: Mesh): readonly string[] {
  const counts = new Map<string, number>();
  for (const { cluster, namespace, workload } of pods.values()) {
    const key = `${workload} of ${namespace} on ${cluster}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= mostPods)
    .map(([key]) => `${key} counts with ${mostPods} pods, although it may have more`);
}
