import type { DesiredPorts, Wanted } from '../desired/desired.ts';
import { Member } from '../member.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { Clock, FleetPort, SightingsPort } from '../ports.ts';
import { readHead } from './head.ts';
import { inspect } from './inspect.ts';
import { type ClusterStatus, untold } from './status.ts';

const width = 16;

export interface StatusPorts extends DesiredPorts {
  readonly fleet: FleetPort;
  readonly clock: Clock;
  readonly sightings: SightingsPort;
}

/**
 * How every cluster that the head of the branch renders stands, in the order of their names. One
 * that does not answer within `timeoutMs` holds up no other.
 *
 * @param clusters - only these; all of them unless given
 * @throws Error when the repository can't be read
 */
export async function fleetStatus(
  ports: StatusPorts,
  how: { readonly clusters?: readonly string[] | undefined; readonly timeoutMs: number },
): Promise<readonly ClusterStatus[]> {
  // Watches end with the last cluster: a connection that becomes idle would be closed too early.
  const end = new AbortController();
  const { signal } = end;
  const head = await readHead(ports, signal);
  const chosen = how.clusters ?? [...head.clusters.keys()];
  const statuses: ClusterStatus[] = [];
  await forEachBounded(chosen, width, signal, async (cluster) => {
    const wanted = head.clusters.get(cluster);
    const asked = { cluster, wanted, commit: head.commit, timeoutMs: how.timeoutMs };
    statuses.push(await withSighting(ports, await statusOf(ports, asked, signal)));
  });
  end.abort();
  return statuses.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1));
}

interface Asked {
  readonly cluster: string;
  readonly wanted: Wanted | undefined;
  readonly commit: string;
  readonly timeoutMs: number;
}

async function statusOf(
  { fleet, clock }: StatusPorts,
  { cluster, wanted, commit, timeoutMs }: Asked,
  stop: AbortSignal,
): Promise<ClusterStatus> {
  const refuse = (error: string) => untold(cluster, { wanted: commit, sync: 'refused', error });
  const cannotTell = (error: string) => untold(cluster, { wanted: commit, sync: 'unknown', error });
  if (wanted === undefined) return refuse('the head of the branch renders nothing for it');
  if (wanted.type === 'refused') return refuse(wanted.reason);
  if (!fleet.clusters.includes(cluster)) return cannotTell('the kubeconfig has no such context');
  const port = fleet.connect(cluster);
  const quiet = { report: () => {}, onChange: () => {}, onBreak: () => {} };
  const member = new Member({ name: cluster, port, clock, tooling: '', ...quiet });
  const timer = new AbortController();
  const late = clock
    .sleep(timeoutMs, timer.signal)
    .then(() => cannotTell(`did not answer within ${timeoutMs} ms`));
  const told = inspect(member, wanted.desired, stop).catch((error: unknown) =>
    cannotTell(error instanceof Error ? error.message : String(error)),
  );
  const status = await Promise.race([told, late]);
  late.catch(() => {});
  timer.abort();
  return status;
}

/** Notes that a cluster has answered, or tells when it last did. */
async function withSighting(
  { sightings, clock }: StatusPorts,
  status: ClusterStatus,
): Promise<ClusterStatus> {
  const { cluster, sync } = status;
  if (sync === 'synced' || sync === 'behind') await sightings.note(cluster, clock.now());
  if (sync !== 'unknown') return status;
  const at = await sightings.last(cluster);
  return at === undefined ? status : { ...status, lastSeen: new Date(at).toISOString() };
}
