import { ClusterError } from '../cluster-error.ts';
import { FleetRefusal } from '../identify.ts';
import { LeasedPort } from '../lease/leased-port.ts';
import { MemberLease } from '../lease/member-lease.ts';
import { marksOf } from '../ownership/marks.ts';
import type { Deadline } from '../pace/deadline.ts';
import { type Departure, departureOf, UnjoinRefusal } from './departure.ts';
import { dissolve } from './dissolve.ts';
import { type RemovalPorts, removeObjects } from './remove-objects.ts';

/** What `unjoin` did in a cluster. */
export interface Unjoined {
  /** Number of objects that stay, without the label of the fleet. */
  readonly kept: number;
  /** Number of objects that were deleted. */
  readonly deleted: number;
  /** True if the cluster had neither an inventory nor a Lease of the fleet. */
  readonly wasEmpty: boolean;
}

/** Returns lines that say what to do about an error. */
export function hintOf(error: unknown): readonly string[] {
  return error instanceof UnjoinRefusal ? error.hint : [];
}

/** Reports whether an error is about the cluster, and not about the repository. */
export function isClusterFault(error: unknown): boolean {
  return [UnjoinRefusal, FleetRefusal, ClusterError].some((type) => error instanceof type);
}

export interface UnjoinHow {
  readonly cluster: string;
  /** Whether the objects of the fleet stay, or are deleted first. */
  readonly mode: 'keep' | 'remove';
  readonly deadline: Deadline;
}

/**
 * Separates a cluster that left the fleet: the labels, the inventory and the Lease of the fleet go.
 *
 * @throws UnjoinRefusal if the cluster is a member, or a syncer holds its Lease until the deadline
 * @throws Error as `departureOf`, `removeObjects` and `dissolve`
 */
export async function unjoinCluster(
  ports: RemovalPorts,
  { cluster, mode, deadline }: UnjoinHow,
  stop: AbortSignal,
): Promise<Unjoined> {
  const departure = await departureOf(ports, cluster, stop);
  const { port, owner, inventory } = departure;
  // Without an inventory, the Lease shows an earlier call that did not end.
  const hasLease = (await port.read(owner.names.lease, stop)) !== undefined;
  if (inventory === undefined && !hasLease) return { kept: 0, deleted: 0, wasEmpty: true };
  const deleted = mode === 'keep' ? 0 : await removeObjects(ports, departure, deadline, stop);
  const lease = leaseOf(ports, departure);
  try {
    await acquire(ports, lease, deadline, stop);
    const kept = await dissolve(new LeasedPort(port, lease), owner, stop);
    return { kept, deleted, wasEmpty: false };
  } finally {
    await lease.release();
  }
}

function leaseOf(
  { clock, holder }: RemovalPorts,
  { cluster: name, port, owner }: Departure,
): MemberLease {
  const { lease: ref, manager } = owner.names;
  const place = { ref, marks: marksOf(owner.fleet) };
  return new MemberLease({ name, port, clock, holder, place, manager, onLoss: () => {} });
}

async function acquire(
  { clock }: RemovalPorts,
  lease: MemberLease,
  deadline: Deadline,
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    const state = await lease.take(stop);
    if (state.type !== 'held-by-other') return;
    const { remainingMs } = deadline;
    if (remainingMs === 0) throw new UnjoinRefusal(`the cluster is held by ${state.holder}`);
    await clock.sleep(Math.min(state.pauseMs, remainingMs), stop);
  }
}
