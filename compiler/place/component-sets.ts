import { toMilli, toWhole } from '#model/quantity.ts';
import type { Component } from '#model/replica-requirements.ts';
import { type Allocatable, podsOfNode, toCount } from './allocatable.ts';
import { type AmountMap, amountsOf, type Capacity, isBinary, type NodeGroup } from './capacity.ts';

/**
 * Returns how many times all components of a workload fit into a cluster. Like Karmada, it counts
 * quantities with a decimal suffix or none in thousandths, but binary ones in whole units, so that
 * the two do not compare.
 *
 * Source: Karmada v1.18, pkg/estimator/client/general.go (maxAvailableComponentSets).
 */
export function setsFor(
  components: readonly Component[],
  capacity: Capacity | undefined,
): Allocatable {
  if (capacity === undefined) return { replicas: 0, limitedBy: 'status' };
  const { pods, free, binary, nodes } = capacity;
  const podsOfSet = BigInt(components.reduce((sum, { replicas }) => sum + replicas, 0));
  if (pods === 0n || podsOfSet === 0n) return { replicas: toCount(pods), limitedBy: 'pods' };
  let room: Allocatable = { replicas: toCount(pods / podsOfSet), limitedBy: 'pods' };
  for (const [name, need] of needsOfSet(components)) {
    const units = binary.has(name) ? toWhole : toMilli;
    const available = units(free.get(name) ?? 0n);
    const times = available <= 0n ? 0 : toCount(available / need);
    if (times < room.replicas) room = { replicas: times, limitedBy: name };
  }
  if (nodes === undefined) return room;
  const packed = packSets(components, nodes, room.replicas);
  return packed < room.replicas ? { replicas: packed } : room;
}

/** Sums the components by resource, without zeros. */
function needsOfSet(components: readonly Component[]): AmountMap {
  const sums = new Map<string, bigint>();
  for (const { replicas, replicaRequirements } of components) {
    const request = replicaRequirements?.resourceRequest ?? {};
    for (const [name, amount] of amountsOf(request)) {
      const units = isBinary(request[name] ?? 0) ? toWhole : toMilli;
      sums.set(name, (sums.get(name) ?? 0n) + units(amount) * BigInt(replicas));
    }
  }
  return new Map([...sums].filter(([, need]) => need > 0n));
}

/**
 * Returns how many sets fit on the nodes, at most `limit`. Each pod goes to the first node with
 * enough free resources.
 */
function packSets(
  components: readonly Component[],
  nodes: readonly NodeGroup[],
  limit: number,
): number {
  const left = nodes.flatMap(({ count, size }) =>
    Array.from({ length: count }, () => ({ free: new Map(size), pods: podsOfNode.replicas })),
  );
  const needs = components.map(({ replicas, replicaRequirements }) => ({
    replicas,
    need: amountsOf(replicaRequirements?.resourceRequest ?? {}),
  }));
  for (let sets = 0; sets < limit; sets++) {
    if (!needs.every(({ replicas, need }) => placePods(left, replicas, need))) return sets;
  }
  return limit;
}

interface Node {
  readonly free: Map<string, bigint>;
  pods: number;
}

function placePods(nodes: readonly Node[], replicas: number, need: AmountMap): boolean {
  for (let placed = 0; placed < replicas; placed++) {
    const node = nodes.find(
      ({ free, pods }) =>
        pods > 0 && [...need].every(([name, amount]) => (free.get(name) ?? 0n) >= amount),
    );
    if (node === undefined) return false;
    node.pods--;
    for (const [name, amount] of need) node.free.set(name, (node.free.get(name) ?? 0n) - amount);
  }
  return true;
}
