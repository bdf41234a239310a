import type { TargetCluster } from '#model/binding.ts';
import { byText } from '#model/object.ts';
import { type Attempt, attemptTerm, type Facts } from './attempt.ts';
import type { Failure } from './outcome.ts';
import type { PlacementRequest } from './request.ts';

/** The decision for a request, with its intermediate results. */
export interface Schedule {
  /** The affinities that the scheduler tried, in order; empty if the result comes from the memo. */
  readonly attempts: readonly Attempt[];
  /** Ordered by name; the previous ones if the object keeps them after a failure. */
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that the scheduler chose. */
  readonly affinityName?: string | undefined;
  readonly failure?: Failure | undefined;
}

/**
 * Tries the affinities of a request in order, starting with the previous one, until one can place
 * it.
 *
 * Source: Karmada v1.18, pkg/scheduler/scheduler.go.
 */
export function schedule(facts: Facts, request: PlacementRequest): Schedule {
  const terms = facts.judge.terms(request.placement);
  const before = request.previous.affinityName;
  const start = terms.findIndex(({ name }) => name !== undefined && name === before);
  const attempts: Attempt[] = [];
  for (const term of terms.slice(Math.max(0, start))) {
    const attempt = attemptTerm(facts, request, term);
    attempts.push(attempt);
    const { result } = attempt;
    if (result.type === 'failed') continue;
    return { attempts, clusters: result.value.clusters, affinityName: term.name };
  }
  return { attempts, ...unscheduled(request, attempts) };
}

/**
 * Reports the first failure. If no cluster fits, the object loses its clusters; otherwise it keeps
 * the previous ones.
 */
function unscheduled(
  { previous }: PlacementRequest,
  attempts: readonly Attempt[],
): Pick<Schedule, 'clusters' | 'failure' | 'affinityName'> {
  const [failure] = attempts.flatMap(({ result }) => (result.type === 'failed' ? [result] : []));
  const clusters =
    failure?.reason === 'NoClusterFit'
      ? []
      : previous.clusters.toSorted((a, b) => byText(a.name, b.name));
  return { clusters, failure, affinityName: previous.affinityName };
}
