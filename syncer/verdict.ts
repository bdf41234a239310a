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

/** Reports whether a loop reached its goal. If its time ran out first, it reports the reasons as events. */
export async function verdictOn(
  loop: Loop,
  { wait }: How,
  { fleet, report }: VerdictPorts,
): Promise<boolean> {
  const { state, unready, name: cluster } = loop;
  if (state.type === 'synced' && (!wait || unready.length === 0)) return true;
  if (state.type === 'synced') {
    for (const [index, one] of unready.entries()) {
      const causes = index < explained ? await tryCauses(one, cluster, fleet) : [];
      const { status, message } = one.health;
      const why = [message, ...causes].filter((text) => text !== '').join('; ');
      const reason = `${one.key} is not ready: ${status} (${why})`;
      report({ type: 'trouble', cluster, reason });
    }
  } else if (state.type === 'working') {
    report({ type: 'trouble', cluster, reason: `not synced in time: ${state.reason}` });
  }
  return false;
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
