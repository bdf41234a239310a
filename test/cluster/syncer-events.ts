import assert from 'node:assert/strict';
import type { SyncEvent } from '#syncer/report/events.ts';
import type { SyncerProcess } from './syncer-process.ts';

export function expectNothingPruned({ events }: SyncerProcess): void {
  const pruned = events.filter((event) => event.type === 'object' && event.result === 'pruned');
  assert.deepEqual(pruned, []);
}

/** Resolves when the syncer has synced a cluster. */
export function synced(syncer: SyncerProcess): Promise<SyncEvent> {
  return syncer.event(({ type }) => type === 'synced');
}

/** Matches the event of a cluster that is synced at the commit. */
export function isSynced(commit: string): (event: SyncEvent) => boolean {
  return (event) => event.type === 'synced' && event.commit === commit;
}

/** Matches the event of a syncer that waits for the Lease. */
export function isHeld(event: SyncEvent): boolean {
  return event.type === 'trouble' && event.reason.startsWith('waits: the cluster is held by');
}
