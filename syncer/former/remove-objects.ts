/** Deletes the objects of a cluster that left the fleet, as a loop whose directory holds no object. */
import { acknowledgementLines } from '#model/acknowledgement.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import type { Desired } from '../desired/desired.ts';
import { presentIn } from '../inventory/departed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { InventoryStore } from '../inventory/store.ts';
import { Loop } from '../loop.ts';
import type { Deadline } from '../pace/deadline.ts';
import { Trigger } from '../pace/trigger.ts';
import { isAcknowledged } from '../plan/guard.ts';
import type { HolderPort, Log } from '../ports/machine.ts';
import type { FollowedSource } from '../ports/source.ts';
import type { ReportEvent, SyncEvent } from '../report/events.ts';
import { type Departure, type DeparturePorts, UnjoinRefusal } from './departure.ts';

export interface RemovalPorts extends DeparturePorts {
  readonly source: FollowedSource;
  readonly holder: HolderPort;
  readonly log: Log;
  readonly report: ReportEvent;
  readonly tooling: string;
}

/** How long to collect progress before the inventory is read again, in milliseconds. */
const settleMs = 100;

/**
 * Deletes every object of the fleet in a cluster.
 *
 * @returns the number of deleted objects; an object with a keep annotation stays
 * @throws UnjoinRefusal if the repository does not acknowledge every deletion, or if objects are left at the deadline
 */
export async function removeObjects(
  ports: RemovalPorts,
  departure: Departure,
  deadline: Deadline,
  stop: AbortSignal,
): Promise<number> {
  const entries = await inventoryOf(departure, stop);
  expectAcknowledged(entries, departure);
  if (entries.size === 0) return 0;
  const { clock } = ports;
  const end = new AbortController();
  const signal = AbortSignal.any([stop, end.signal]);
  const progress = new Trigger();
  let deleted = 0;
  const report = (event: SyncEvent) => {
    if (event.type === 'object' && event.result === 'pruned') deleted++;
    ports.report(event);
  };
  const onProgress = () => progress.fireAfter(settleMs, clock);
  const loop = loopOf({ ...ports, report }, departure, onProgress);
  const running = loop.run(signal);
  try {
    for (;;) {
      await progress.wait(clock, deadline.remainingMs, signal);
      const { state } = loop;
      const left = await inventoryOf(departure, stop);
      if (left.size === 0) return deleted;
      const isOver = state.type === 'stalled' || deadline.remainingMs === 0;
      if (isOver) throw unremoved(left, state.type === 'synced' ? '' : state.reason);
    }
  } finally {
    end.abort();
    await running;
  }
}

async function inventoryOf({ port, owner }: Departure, stop: AbortSignal): Promise<Inventory> {
  return new InventoryStore(port, { owner, tooling: '' }, () => {}).read(stop);
}

function expectAcknowledged(entries: Inventory, { cluster, acknowledged }: Departure): void {
  const keys = [...presentIn(entries).keys()];
  const missing = keys.filter((key) => !isAcknowledged(key, acknowledged));
  if (missing.length === 0) return;
  const deletions = keys.map((key) => ({ cluster, path: renderedPathOf(key) }));
  const what = `${missing.length} of ${keys.length} deletions are not acknowledged`;
  const how = 'commit this DeletionAcknowledgement and compile';
  throw new UnjoinRefusal(`${what}: ${how}`, acknowledgementLines(deletions));
}

function unremoved(left: Inventory, reason: string): UnjoinRefusal {
  const [first = ''] = left.keys();
  const what = left.size === 1 ? `${first} is` : `${first} and ${left.size - 1} more are`;
  return new UnjoinRefusal(`${what} not deleted${reason === '' ? '' : `: ${reason}`}`);
}

function loopOf(ports: RemovalPorts, departure: Departure, onProgress: () => void): Loop {
  const { source, clock, log, holder, report, tooling } = ports;
  const { cluster: name, port, goal, acknowledged } = departure;
  const descends = source.goesOnFrom.bind(source);
  // Nothing but what is acknowledged is deleted, whatever the budget of the fleet allows.
  const deletionBudget = { ...goal.settings.deletionBudget, cluster: [0] };
  const settings = { ...goal.settings, deletionBudget, sharedClusters: 'Allow' } as const;
  const own = { ...goal, settings };
  const loop = new Loop({
    name,
    port,
    clock,
    log,
    holder,
    report,
    tooling,
    goal: own,
    onProgress,
    descends,
    mayFollow: descends,
    takeOver: new Set<string>(),
    refresh: async () => {},
    resyncMs: 3_600_000,
  });
  const desired: Desired = { ...own, tree: '', objects: new Map(), acknowledged };
  loop.setDesired({ type: 'desired', desired });
  return loop;
}
