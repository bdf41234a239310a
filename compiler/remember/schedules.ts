import type { Cluster } from '#model/cluster.ts';
import { digestOfData } from '#model/files.ts';
import { type Memo, memoKey } from '../memo.ts';
import type { PlacementRequest, PlacementRules } from '../place/request.ts';
import type { Schedule } from '../place/schedule.ts';
import type { Scheduler } from '../place/scheduler.ts';

/** The remembered part of a schedule; most objects stay where they were. */
type Remembered = 'stays' | Pick<Schedule, 'clusters' | 'affinityName'>;

/**
 * Wraps a scheduler so that it does not decide again for the same request in the same fleet.
 * Does not remember failures, because recalling one would not report it again.
 */
export function rememberSchedules(
  schedule: Scheduler,
  memo: Memo,
  facts: { readonly clusters: readonly Cluster[]; readonly rules: PlacementRules },
): Scheduler {
  const fleet = memoKey('fleet', JSON.stringify(facts));
  return (request) => {
    // apiVersionFor is a function, which has no digest.
    if (request.apiVersionFor !== undefined) return schedule(request);
    const { previous } = request;
    const key = keyOf(fleet, request);
    const known = memo.get(key) as Remembered | undefined;
    if (known === 'stays') return { ...previous, attempts: [] };
    if (known !== undefined) return { ...known, attempts: [] };
    const made = schedule(request);
    const { clusters, affinityName, failure } = made;
    if (failure !== undefined || clusters.length === 0) return made;
    const stays = isSame(made, previous);
    memo.set(key, stays ? 'stays' : ({ clusters, affinityName } satisfies Remembered));
    return made;
  };
}

type ComparedSchedule = Pick<Schedule, 'clusters' | 'affinityName'>;

function isSame(a: ComparedSchedule, b: ComparedSchedule): boolean {
  return a.affinityName === b.affinityName && digestOfData(a.clusters) === digestOfData(b.clusters);
}

function keyOf(fleet: string, request: PlacementRequest): string {
  const { placement, previous, ...rest } = request;
  const { clusters, ...before } = previous;
  return memoKey(
    'place',
    fleet,
    digestOfData(placement),
    digestOfData(clusters),
    JSON.stringify([rest, before]),
  );
}
