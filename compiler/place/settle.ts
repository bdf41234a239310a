import type { PlacementRequest } from './request.ts';
import type { Schedule } from './schedule.ts';

/** How often a result is fed back; it settles in one or two turns. */
const mostTurns = 8;

/**
 * Decides so that deciding again, with the result as what there was before, changes nothing. Spread
 * constraints are what Karmada does not keep to: clusters that have the object score higher, which
 * can tip the choice of regions each time it is made.
 *
 * Nothing is fed back for what is placed for the first time: there Karmada's answer stands, and a
 * later turn recognises it.
 */
export function scheduleSteadily(
  request: PlacementRequest,
  schedule: (request: PlacementRequest) => Schedule,
): Schedule {
  const { previous } = request;
  if (previous.clusters.length === 0 || previous.reschedule) return schedule(request);
  const fresh = schedule({ ...request, previous: { ...previous, clusters: [] } });
  if (isSame(fresh, previous)) return fresh;
  let current = schedule(request);
  for (let turn = 0; turn < mostTurns && current.failure === undefined; turn++) {
    if (isSame(fresh, current)) break;
    const { clusters, affinityName } = current;
    const next = schedule({ ...request, previous: { clusters, affinityName, reschedule: false } });
    if (isSame(next, current)) break;
    current = next;
  }
  return current;
}

type Result = Pick<Schedule, 'clusters' | 'affinityName' | 'failure'>;

function isSame(a: Result, b: Result): boolean {
  if (a.failure !== undefined || a.affinityName !== b.affinityName) return false;
  const text = ({ clusters }: Result) =>
    clusters
      .map(({ name, replicas = 0 }) => `${name}=${replicas}`)
      .sort()
      .join();
  return text(a) === text(b);
}
