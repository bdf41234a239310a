import { toMilli, toWhole } from '#model/quantity.ts';
import type { AmountMap } from './capacity.ts';

/** The largest number of replicas in Karmada's scheduler. */
export const mostReplicas = 2_147_483_647;

/** The number of further replicas that fit into a cluster. */
export interface Allocatable {
  readonly replicas: number;
  /**
   * The resource that is too scarce for one more replica: `pods`, another resource, or `status` if
   * the cluster has no resource summary. Absent if the estimate counts the nodes one by one.
   */
  readonly limitedBy?: string | undefined;
}

/** Maximum number of pods on one node, by Kubernetes' default. */
export const podsOfNode: Allocatable = { replicas: 110, limitedBy: 'pods' };

/**
 * Returns how many times the needs fit into the available resources, at most `limit`. A resource
 * that is not listed is not available.
 */
export function fits(needs: AmountMap, available: AmountMap, limit: Allocatable): Allocatable {
  let fitting = limit;
  for (const [name, need] of needs) {
    const amount = available.get(name) ?? 0n;
    const units = name === 'cpu' ? toMilli : toWhole;
    const times = amount <= 0n ? 0 : toCount(units(amount) / units(need));
    if (times < fitting.replicas) fitting = { replicas: times, limitedBy: name };
  }
  return fitting;
}

/** Returns a number of replicas, limited to the largest one in Karmada's scheduler. */
export function toCount(replicas: bigint): number {
  return Math.min(Number(replicas), mostReplicas);
}
