import type { Cluster } from '#model/cluster.ts';
import { parseQuantity } from '#model/quantity.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import { type Allocatable, fits, podsOfNode, toCount } from './allocatable.ts';
import { type AmountMap, type Capacity, capacityOf } from './capacity.ts';
import { setsFor } from './component-sets.ts';
import { goesToOneCluster, type PlacementRequest, type PlacementRules } from './request.ts';

/** Estimates the allocatable replicas of clusters, in their order. */
export type Estimator = (clusters: readonly Cluster[]) => readonly Allocatable[];

/**
 * Returns a function from requests to estimators, which computes the capacity of each cluster once.
 */
export function createEstimators({
  ignoresNodeSizes = false,
}: Pick<PlacementRules, 'ignoresNodeSizes'> = {}): (request: PlacementRequest) => Estimator {
  const known = new Map<Cluster, Capacity | undefined>();
  return (request) => {
    if (goesToOneCluster(request)) {
      return (clusters) =>
        clusters.map((cluster) => setsFor(request.components, capacityOnce(cluster)));
    }
    const needs = needsOf(request.requirements);
    return (clusters) => clusters.map((cluster) => allocatableFor(needs, capacityOnce(cluster)));
  };

  function capacityOnce(cluster: Cluster): Capacity | undefined {
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

/** Returns the requests of a replica; undefined if a replica needs nothing but a pod. */
function needsOf(requirements: ReplicaRequirements | undefined): AmountMap | undefined {
  if (requirements === undefined) return undefined;
  return new Map(
    Object.entries(requirements.resourceRequest ?? {})
      .map(([name, quantity]) => [name, parseQuantity(quantity) ?? 0n] as const)
      .filter(([, amount]) => amount > 0n),
  );
}

/** A cluster without a resource summary takes no replicas. */
function allocatableFor(needs: AmountMap | undefined, capacity: Capacity | undefined): Allocatable {
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
