import { byText } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { hostKey } from '../mesh/part.ts';
import { selectorOf } from '../mesh/services.ts';
import type { TrafficChange } from './compare.ts';

/**
 * Returns the Services of a mesh that have pods before a change and none after it. It needs no configuration of proxies, so that a
 * Service counts even if no request of the comparison goes to it.
 */
export function lostEndpoints(before: Mesh | undefined, after: Mesh): readonly TrafficChange[] {
  if (before === undefined) return [];
  const old = podCounts(before);
  const lost = [...podCounts(after)].filter(
    ([name, count]) => count === 0 && (old.get(name) ?? 0) > 0,
  );
  const targets = lost.map(([name]) => name).sort(byText);
  if (targets.length === 0) return [];
  const changes = ['lost its last endpoint'];
  return [{ mesh: after.name, targets, from: ['every caller'], changes, isLoss: true }];
}

/** Returns the losses that no other change reports, whose targets are `host:port/path`. */
export function unreportedLosses(
  losses: readonly TrafficChange[],
  reported: readonly TrafficChange[],
): readonly TrafficChange[] {
  const known = new Set(
    reported
      .filter(({ isLoss }) => isLoss)
      .flatMap(({ targets }) => targets.map((target) => target.replace(/[:/].*$/, ''))),
  );
  return losses.flatMap((loss) => {
    const targets = loss.targets.filter((name) => !known.has(name));
    return targets.length === 0 ? [] : [{ ...loss, targets }];
  });
}

/** Returns the number of pods of each Service that selects pods, by `name.namespace`, in the clusters that have the Service. */
function podCounts({ clusters, pods }: Mesh): ReadonlyMap<string, number> {
  const byPlace = Map.groupBy(pods.values(), (pod) => `${pod.cluster}/${pod.namespace}`);
  const counts = new Map<string, number>();
  for (const { name: cluster, services } of clusters) {
    for (const service of services) {
      const matchLabels = selectorOf(service);
      if (matchLabels === undefined) continue;
      const near = byPlace.get(`${cluster}/${service.metadata.namespace ?? 'default'}`) ?? [];
      const own = near.filter(({ labels }) => matchesLabels({ matchLabels }, labels));
      const host = hostKey(service);
      counts.set(host, (counts.get(host) ?? 0) + own.length);
    }
  }
  return counts;
}
