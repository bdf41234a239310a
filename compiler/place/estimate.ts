import type { Cluster } from '#model/cluster.ts';
import { parseQuantity, toMilli, toWhole } from '#model/quantity.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import { type Amounts, type Capacity, capacityOf } from './capacity.ts';

/** The largest number that Karmada's scheduler counts to. */
export const mostReplicas = 2_147_483_647;

/** What Kubernetes lets one node run. */
const podsOfNode: Room = { replicas: 110, limitedBy: 'pods' };

/** How many more replicas a cluster has room for. */
export interface Room {
  readonly replicas: number;
  /**
   * What there is too little of for one more: `pods`, a resource, or `status` for a cluster that
   * tells nothing of its resources; absent where nodes were counted one by one.
   */
  readonly limitedBy?: string | undefined;
}

/** The room of each of some clusters. */
export type Estimator = (clusters: readonly Cluster[]) => readonly Room[];

/** Estimators by what a replica needs; what the clusters have free is worked out once. */
export function createEstimators(): (requirements?: ReplicaRequirements) => Estimator {
  const known = new Map<Cluster, Capacity | undefined>();
  return (requirements) => {
    const needs = needsOf(requirements);
    return (clusters) => clusters.map((cluster) => roomFor(needs, recall(cluster)));
  };

  function recall(cluster: Cluster): Capacity | undefined {
    if (!known.has(cluster)) known.set(cluster, capacityOf(cluster));
    return known.get(cluster);
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

/** How often needs go into what there is, if not limited before; of what is not told there is none. */
function fits(needs: Amounts, available: Amounts, limit: Room): Room {
  let room = limit;
  for (const [name, need] of needs) {
    const amount = available.get(name) ?? 0n;
    const units = name === 'cpu' ? toMilli : toWhole;
    const times = amount <= 0n ? 0 : toCount(units(amount) / units(need));
    if (times < room.replicas) room = { replicas: times, limitedBy: name };
  }
  return room;
}

function toCount(replicas: bigint): number {
  return Math.min(Number(replicas), mostReplicas);
}
