import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import type { AffinityTerm } from './affinity.ts';
import { type Assignment, assignReplicas } from './assign.ts';
import { type Candidate, rankCandidates } from './candidates.ts';
import type { Estimator } from './estimate.ts';
import type { Judge, Verdicts } from './feasible.ts';
import { failed, type PlacementResult, wrapped } from './outcome.ts';
import type { RegionScore } from './region.ts';
import { goesToOneCluster, type PlacementRequest, type PlacementRules } from './request.ts';
import { obeysSpread, selectClusters } from './spread.ts';
import { strategyOf } from './strategy.ts';

/** The facts about a fleet that all requests share. */
export interface Facts {
  /** Ordered by name. */
  readonly clusters: readonly Cluster[];
  readonly judge: Judge;
  readonly estimatorOf: (request: PlacementRequest) => Estimator;
  readonly rules: PlacementRules;
}

/** The result for one affinity, with the intermediate results that `explain` shows. */
export interface Attempt {
  readonly term: AffinityTerm;
  /** One for each cluster of the fleet, in the same order. */
  readonly verdicts: Verdicts;
  /** Clusters that pass the filters, the best first. */
  readonly candidates: readonly Candidate[];
  /** Candidates that the spread constraints select. */
  readonly selected: readonly Candidate[];
  /** Scores of the regions; absent if the constraints do not group by region. */
  readonly regions?: readonly RegionScore[] | undefined;
  readonly result: PlacementResult<Assignment>;
}

/**
 * Tries to place a request by one of its affinities: filters and ranks the clusters, selects some
 * of them, and divides the replicas.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/generic_scheduler.go.
 */
export function attemptTerm(facts: Facts, request: PlacementRequest, term: AffinityTerm): Attempt {
  const { clusters, judge, estimatorOf } = facts;
  const verdicts = judge.verdicts(request, term);
  const fitting = clusters.filter((_, index) => verdicts[index] === undefined);
  if (fitting.length === 0) {
    const result = failed('NoClusterFit', noFitMessage(verdicts));
    return { term, verdicts, candidates: [], selected: [], result };
  }
  const estimate = needsCapacity(request, term) ? estimatorOf(request) : noEstimate;
  const candidates = rankCandidates(fitting, request, term, estimate);
  return { term, verdicts, candidates, ...selectAndAssign(facts, request, term, candidates) };
}

function selectAndAssign(
  { rules }: Facts,
  request: PlacementRequest,
  term: AffinityTerm,
  candidates: readonly Candidate[],
): Pick<Attempt, 'selected' | 'regions' | 'result'> {
  const { placement } = request;
  const need = goesToOneCluster(request) ? 1 : request.replicas;
  const step = selectClusters(candidates, placement, need, rules.profile);
  if (step.type === 'failed') {
    return { selected: [], result: wrapped('failed to select clusters', step) };
  }
  const { selected, regions } = step.value;
  const result = assignReplicas(selected, request, term, rules);
  return {
    selected,
    regions,
    result: result.type === 'failed' ? wrapped('failed to assign replicas', result) : result,
  };
}

const noEstimate: Estimator = () => [];

/** Reports whether the capacity of clusters matters. */
function needsCapacity({ placement, isWorkload }: PlacementRequest, term: AffinityTerm): boolean {
  if (!isWorkload) return false;
  const strategy = strategyOf(placement);
  if (strategy === 'DynamicWeight' || strategy === 'Aggregated') return true;
  return term.overflow.length > 0 || obeysSpread(placement);
}

/** Returns Karmada's message: the number of clusters that each reason excludes. */
function noFitMessage(verdicts: Verdicts): string {
  const reasons = verdicts.flatMap((rejection) =>
    rejection === undefined || rejection.plugin === 'Deletion' ? [] : [rejection.reason],
  );
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(
    ([reason, { length }]) => `${length} ${reason}`,
  );
  const summary = counts.length === 0 ? 'no cluster exists' : counts.sort(byText).join(', ');
  return `0/${verdicts.length} clusters are available: ${summary}.`;
}
