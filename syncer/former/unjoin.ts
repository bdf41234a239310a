import { ClusterError } from '../cluster-error.ts';
import { FleetRefusal } from '../identify.ts';
import { LeasedPort } from '../lease/leased-port.ts';
import { MemberLease } from '../lease/member-lease.ts';
import { marksOf } from '../ownership/marks.ts';
import type { Deadline } from '../pace/deadline.ts';
import type { HolderPort } from '../ports/machine.ts';
import { type Departure, type DeparturePorts, departureOf, UnjoinRefusal } from './departure.ts';
import { dissolve } from './dissolve.ts';

export interface UnjoinPorts extends DeparturePorts {
  readonly holder: HolderPort;
}

/** What `unjoin` did in a cluster. */
export interface Unjoined {
  /** Number of objects that stay, without the label of the fleet. */
  readonly kept: number;
  /** True if the cluster had neither an inventory nor a Lease of the fleet. */
  readonly wasEmpty: boolean;
}

/** Reports whether an error is about the cluster, and not about the repository. */
export function isClusterFault(error: unknown): boolean {
  return [UnjoinRefusal, FleetRefusal, ClusterError].some((type) => error instanceof type);
}

/**
 * Separates a cluster that left the fleet: its objects stay, and the labels, the inventory and the Lease of the
 * fleet go.
 *
 * @throws UnjoinRefusal if the cluster is a member, or a syncer holds its Lease until the deadline
 * @throws Error as `departureOf` and `dissolve`
 */
export async function unjoinKeeping(
  ports: UnjoinPorts,
  cluster: string,
  deadline: Deadline,
  stop: AbortSignal,
): Promise<Unjoined> {
  const departure = await departureOf(ports, cluster, stop);
  const { port, owner, inventory } = departure;
  // Without an inventory, the Lease shows an earlier call that did not end.
  const hasLease = (await port.read(owner.names.lease, stop)) !== undefined;
  if (inventory === undefined && !hasLease) return { kept: 0, wasEmpty: true };
  const lease = leaseOf(ports, departure);
  try {
    await acquire(ports, lease, deadline, stop);
    const kept = await dissolve(new LeasedPort(port, lease), owner, stop);
    return { kept, wasEmpty: false };
  } finally {
    await lease.release();
  }
}

function leaseOf(
  { clock, holder }: UnjoinPorts,
  { cluster: name, port, owner }: Departure,
): MemberLease {
  const { lease: ref, manager } = owner.names;
  const place = { ref, marks: marksOf(owner.fleet) };
  return new MemberLease({ name, port, clock, holder, place, manager, onLoss: () => {} });
}

async function acquire(
  { clock }: UnjoinPorts,
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
