import type { SightingsPort } from '../ports/machine.ts';
import { type AskHow, type AskPorts, askEach } from './ask-each.ts';
import { inspect } from './inspect.ts';
import { isReached, type SyncStatus, unknownStatus } from './status.ts';

export interface StatusPorts extends AskPorts {
  readonly sightings: SightingsPort;
}

/**
 * Returns the sync status of every cluster that the head of the branch renders.
 *
 * @throws Error if the syncer cannot read the repository
 */
export async function fleetStatus(ports: StatusPorts, how: AskHow): Promise<readonly SyncStatus[]> {
  const statuses = await askEach(ports, how, {
    ask: inspect,
    unanswered: (cluster, { type, commit, reason }) =>
      unknownStatus(cluster, { desired: commit, sync: type, error: reason }),
  });
  return Promise.all(statuses.map((status) => withSighting(ports, status)));
}

/** Records that a cluster answered, or adds when it last did. */
async function withSighting(
  { sightings, clock }: StatusPorts,
  status: SyncStatus,
): Promise<SyncStatus> {
  const { cluster, sync } = status;
  if (isReached(status)) await sightings.note(cluster, clock.now());
  if (sync !== 'unknown') return status;
  const at = await sightings.last(cluster);
  return at === undefined ? status : { ...status, lastSeen: new Date(at).toISOString() };
}
