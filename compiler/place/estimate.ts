import type { Cluster } from '#model/cluster.ts';
import { parseQuantity } from '#model/quantity.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import { type Amounts, type Capacity, capacityOf } from './capacity.ts';
import { setsFor } from './component-sets.ts';
import { goesToOneCluster, type PlacementRequest, type PlacementRules } from './request.ts';
import { fits, podsOfNode, type Room, toCount } from './room.ts';

/** The room of each of some clusters. */
export type Estimator = (clusters: readonly Cluster[]) => readonly Room[];

/** Estimators by what a replica needs; what the clusters have free is worked out once. */
export function createEstimators({
  ignoresNodeSizes = false,
}: Pick<PlacementRules, 'ignoresNodeSizes'> = {}): (request: PlacementRequest) => Estimator {
  const known = new Map<Cluster, Capacity | undefined>();
  return (request) => {
    if (goesToOneCluster(request)) {
      return (clusters) => clusters.map((cluster) => setsFor(request.components, recall(cluster)));
    }
    const needs = needsOf(request.requirements);
    return (clusters) => clusters.map((cluster) => roomFor(needs, recall(cluster)));
  };

  function recall(cluster: Cluster): Capacity | undefined {
    if (!known.has(cluster)) known.set(cluster, capacityFor(cluster));
    return known.get(cluster);
  }

  function capacityFor(cluster: Cluster): Capacity | undefined {
    const capacity = capacityOf(cluster);
    return ignoresNodeSizes && capacity !== undefined
      ? { ...capacity, nodes: undefined }
      : capacity;
  }
}

/** Undefined when nothing is asked for but a pod. */
function needsOf(requirements: ReplicaRequirements | undefined): Amounts | undefined {
  if (requirements === undefined) return undefined;
  return new Map(
    Object.entries(requirements.resourceRequest ?? {})
      .map(([name, quantity]) => [name, parseQuantity(quantity) ?? 0n] as const)
      .filter(([, amount]) => amount > 0n),
  );
}

/** A cluster of which nothing is known has no room. */
function roomFor(needs: Amounts | undefined, capacity: Capacity | undefined): Room {
  if (capacity === undefined) return { replicas: 0, limitedBy: 'status' };
  const { pods, free, nodes } = capacity;
  const byPods = { replicas: toCount(pods), limitedBy: 'pods' };
  if (needs === undefined || pods === 0n) return byPods;
  if (nodes === undefined) return fits(needs, free, byPods);
  const fitting = nodes.reduce(
    (sum, { count, size }) => sum + count * fits(needs, size, podsOfNode).replicas,
    0,
  );
  return fitting < byPods.replicas ? { replicas: fitting } : byPods;
}
