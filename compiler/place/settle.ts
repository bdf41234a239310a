import type { PlacementRequest } from './request.ts';
import type { Schedule } from './schedule.ts';

/** The maximum number of repetitions; a result settles after one or two. */
const maxRepetitions = 8;

/**
 * Schedules so that scheduling again, with the result as the previous placement, changes nothing.
 * With spread constraints Karmada's result is not stable: clusters that have the object score
 * higher, which can change the choice of regions each time.
 *
 * A template without a previous placement gets Karmada's result, which a later compile recognises and keeps.
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
  for (let count = 0; count < maxRepetitions && current.failure === undefined; count++) {
    if (isSame(fresh, current)) break;
    const { clusters, affinityName } = current;
    const next = schedule({ ...request, previous: { clusters, affinityName, reschedule: false } });
    if (isSame(next, current)) break;
    current = next;
  }
  return current;
}

type ComparedSchedule = Pick<Schedule, 'clusters' | 'affinityName' | 'failure'>;

function isSame(a: ComparedSchedule, b: ComparedSchedule): boolean {
  if (a.failure !== undefined || a.affinityName !== b.affinityName) return false;
  const text = ({ clusters }: ComparedSchedule) =>
    clusters
      .map(({ name, replicas = 0 }) => `${name}=${replicas}`)
      .sort()
      .join();
  return text(a) === text(b);
}
