import type { Cluster } from '#model/cluster.ts';
import { digestOfData, type Memo, memoKey } from '../memo.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import type { Schedule } from './schedule.ts';
import type { Scheduler } from './scheduler.ts';

/** What is remembered of a request: most stay where they were. */
type Remembered = 'stays' | Pick<Schedule, 'clusters' | 'affinityName'>;

/**
 * A scheduler that recalls what an earlier compile has decided for the same request on the same
 * fleet. What could not be placed is decided again, because it has to be told again.
 */
export function recalling(
  schedule: Scheduler,
  memo: Memo,
  facts: { readonly clusters: readonly Cluster[]; readonly rules: PlacementRules },
): Scheduler {
  const fleet = memoKey('fleet', JSON.stringify(facts));
  return (request) => {
    // A function of variants has no digest.
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

type Result = Pick<Schedule, 'clusters' | 'affinityName'>;

function isSame(a: Result, b: Result): boolean {
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
