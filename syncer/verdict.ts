/** Decides whether `sync --once` brought a cluster to its desired state. */

import type { Loop } from './loop.ts';
import { refFor } from './object-ref.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { ReportEvent } from './report/events.ts';
import { causesOf } from './status/causes.ts';

interface How {
  /** Whether objects must also be ready. */
  readonly wait: boolean;
}

interface VerdictPorts {
  readonly fleet: FleetPort;
  readonly report: ReportEvent;
}

/** Reports whether waiting longer is useless. */
export function isSettled(loop: Loop, { wait }: How): boolean {
  if (loop.state.type !== 'synced') return loop.state.type === 'stalled';
  const { unready } = loop;
  return !wait || unready.length === 0 || unready.some(({ health }) => health.status === 'Failed');
}

/**
 * Reports whether a loop has reached its goal when this function is called. If the time of the loop ran out first, it
 * reports the reasons as events.
 */
export async function verdictOn(
  loop: Loop,
  { wait }: How,
  { fleet, report }: VerdictPorts,
): Promise<boolean> {
  const { state, unready, name: cluster } = loop;
  if (state.type === 'synced' && (!wait || unready.length === 0)) return true;
  if (state.type === 'synced') {
    const first = unready.slice(0, explained);
    const causes = await Promise.all(first.map((one) => tryCauses(one, cluster, fleet)));
    for (const [index, one] of unready.entries()) {
      const { status, message } = one.health;
      const why = [message, ...(causes[index] ?? [])].filter((text) => text !== '').join('; ');
      const reason = `${one.key} is not ready: ${status} (${why})`;
      report({ type: 'trouble', cluster, reason });
    }
  } else if (state.type === 'working') {
    const reason = `not synced in time: ${lateRequest(loop) ?? state.reason}`;
    report({ type: 'trouble', cluster, reason });
  }
  return false;
}

/** Time after which an answer counts as late, in milliseconds. */
const lateMs = 1000;

/** Says which request the cluster, or what gives credentials for it, has not answered; undefined if it answers. */
function lateRequest({ name, unanswered }: Loop): string | undefined {
  if (unanswered === undefined || unanswered.ms < lateMs) return undefined;
  const { request, waitsFor, ms } = unanswered;
  const time = `for ${Math.round(ms / 1000)} s`;
  if (waitsFor === 'answer') return `${name} has not answered ${request} ${time}`;
  return `the credential plugin or the identity provider of ${name} has not answered ${time}`;
}

/** Maximum number of unready objects per cluster whose causes the syncer reads. */
const explained = 5;

/** Maximum time to read the causes of one object, in milliseconds. */
const causesMs = 3000;

async function tryCauses(
  { object }: Loop['unready'][number],
  cluster: string,
  fleet: FleetPort,
): Promise<readonly string[]> {
  const port = fleet.connect(cluster);
  // An error here has no effect: the event reports the object without causes.
  return causesOf(port, refFor(object), AbortSignal.timeout(causesMs)).catch(() => []);
}
