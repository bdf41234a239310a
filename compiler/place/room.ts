import { toMilli, toWhole } from '#model/quantity.ts';
import type { Amounts } from './capacity.ts';

/** The largest number that Karmada's scheduler counts to. */
export const mostReplicas = 2_147_483_647;

/** How many more replicas a cluster has room for. */
export interface Room {
  readonly replicas: number;
  /**
   * What there is too little of for one more: `pods`, a resource, or `status` for a cluster that
   * tells nothing of its resources; absent where nodes were counted one by one.
   */
  readonly limitedBy?: string | undefined;
}

/** What Kubernetes lets one node run. */
export const podsOfNode: Room = { replicas: 110, limitedBy: 'pods' };

/** How often needs go into what there is, if not limited before; of what is not told there is none. */
export function fits(needs: Amounts, available: Amounts, limit: Room): Room {
  let room = limit;
  for (const [name, need] of needs) {
    const amount = available.get(name) ?? 0n;
    const units = name === 'cpu' ? toMilli : toWhole;
    const times = amount <= 0n ? 0 : toCount(units(amount) / units(need));
    if (times < room.replicas) room = { replicas: times, limitedBy: name };
  }
  return room;
}

/** At most what Karmada counts to. */
export function toCount(replicas: bigint): number {
  return Math.min(Number(replicas), mostReplicas);
}
