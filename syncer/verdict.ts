/** Whether one round of the syncer has brought a cluster where Git wants it. */

import type { Loop } from './loop.ts';
import { refFor } from './object-ref.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { ReportEvent } from './report/events.ts';
import { causesOf } from './status/causes.ts';

interface How {
  /** Whether objects have to be ready, too. */
  readonly wait: boolean;
}

interface VerdictPorts {
  readonly fleet: FleetPort;
  readonly report: ReportEvent;
}

/** Whether waiting longer is of no use. */
export function isSettled(loop: Loop, { wait }: How): boolean {
  if (loop.state.type !== 'synced') return loop.state.type === 'stalled';
  const { unready } = loop;
  return !wait || unready.length === 0 || unready.some(({ health }) => health.status === 'Failed');
}

/** Whether a loop got where it should; tells why when it only ran out of time. */
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

/** Of so many objects a cluster the causes are looked for, and so long. */
const explained = 5;
const causesMs = 3000;

async function tryCauses(
  { object }: Loop['unready'][number],
  cluster: string,
  fleet: FleetPort,
): Promise<readonly string[]> {
  const port = fleet.connect(cluster);
  // That it is not ready has to be told in any case.
  return causesOf(port, refFor(object), AbortSignal.timeout(causesMs)).catch(() => []);
}
