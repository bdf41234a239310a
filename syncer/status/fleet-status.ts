import { byText } from '#model/object.ts';
import { formerClusters } from '../former/former-clusters.ts';
import type { SightingsPort } from '../ports/machine.ts';
import { noAbort } from '../ports/no-abort.ts';
import { type AskHow, type AskPorts, askAt } from './ask-each.ts';
import { readHead } from './head.ts';
import { inspect } from './inspect.ts';
import { formerStatus, isReached, type SyncStatus, unknownStatus } from './status.ts';

export interface StatusPorts extends AskPorts {
  readonly sightings: SightingsPort;
}

/**
 * Returns the sync status of every cluster that the head of the branch renders, and of every former one.
 *
 * @throws Error if the syncer cannot read the repository
 */
export async function fleetStatus(ports: StatusPorts, how: AskHow): Promise<readonly SyncStatus[]> {
  const head = await readHead(ports, how.clusters, noAbort);
  const { goal, members } = head;
  const search = { goal, members, contexts: how.clusters };
  const [answers, { former }] = await Promise.all([
    askAt(ports, head, how, {
      ask: inspect,
      unanswered: (cluster, { type, commit, reason }) =>
        unknownStatus(cluster, { desired: commit, sync: type, error: reason }),
    }),
    formerClusters(ports, search, noAbort),
  ]);
  const left = new Set(former.map(({ cluster }) => cluster));
  const present = answers.filter(({ cluster }) => !left.has(cluster));
  const statuses = [...present, ...former.map(formerStatus)];
  const sorted = statuses.toSorted((a, b) => byText(a.cluster, b.cluster));
  const current = await withoutNewer(ports, sorted);
  return Promise.all(current.map((status) => withSighting(ports, status)));
}

/** A push after the first fetch may have moved a cluster ahead, which then keeps no commit. */
async function withoutNewer(
  { source, mayFollow }: StatusPorts,
  statuses: readonly SyncStatus[],
): Promise<readonly SyncStatus[]> {
  if (mayFollow === undefined || statuses.every(({ kept }) => kept === undefined)) return statuses;
  const latest = await source.fetch(noAbort);
  return Promise.all(
    statuses.map(async (status) => {
      const { kept, ...others } = status;
      if (kept === undefined || !(await mayFollow(kept, latest, noAbort))) return status;
      return others;
    }),
  );
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
