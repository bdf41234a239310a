import type { Cluster } from '#model/cluster.ts';
import { parseQuantity, toMilli, toWhole } from '#model/quantity.ts';
import type { ReplicaRequirements } from '#model/replica-requirements.ts';
import { type Amounts, type Capacity, capacityOf } from './capacity.ts';

/** The largest number that Karmada's scheduler counts to. */
export const mostReplicas = 2_147_483_647;

/** What Kubernetes lets one node run. */
const podsOfNode = 110n;

/** How many more replicas each cluster has room for. */
export type Estimator = (clusters: readonly Cluster[]) => readonly number[];

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
function roomFor(needs: Amounts | undefined, capacity: Capacity | undefined): number {
  if (capacity === undefined || capacity.pods === 0n) return 0;
  const { pods, free, nodes } = capacity;
  if (needs === undefined) return Math.min(Number(pods), mostReplicas);
  const fitting =
    nodes === undefined
      ? fits(needs, free, pods)
      : nodes.reduce(
          (sum, { count, size }) => sum + BigInt(count) * fits(needs, size, podsOfNode),
          0n,
        );
  return Math.min(Number(fitting), Number(pods), mostReplicas);
}

/** How often needs go into what there is, at most `limit` times; of what is not told there is none. */
function fits(needs: Amounts, available: Amounts, limit: bigint): bigint {
  let least = limit;
  for (const [name, need] of needs) {
    const amount = available.get(name) ?? 0n;
    if (amount <= 0n) return 0n;
    const units = name === 'cpu' ? toMilli : toWhole;
    const times = units(amount) / units(need);
    if (times < least) least = times;
  }
  return least;
}
