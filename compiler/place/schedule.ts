import type { TargetCluster } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import type { AffinityTerm } from './affinity.ts';
import { type Assignment, assignReplicas } from './assign.ts';
import { type Candidate, rankCandidates } from './candidates.ts';
import { createEstimators, type Estimator } from './estimate.ts';
import { createJudge, type Verdicts } from './feasible.ts';
import { memberOf } from './member.ts';
import { type Failure, failed, type Step, wrapped } from './outcome.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import { obeysSpread, selectClusters } from './spread.ts';
import { strategyOf } from './strategy.ts';

/** What came of one affinity: as far as it got, for people to follow. */
export interface Attempt {
  readonly term: AffinityTerm;
  /** In the order of the fleet's clusters. */
  readonly verdicts: Verdicts;
  /** Those that fit, the best first. */
  readonly candidates: readonly Candidate[];
  /** Those that the spread constraints let through. */
  readonly selected: readonly Candidate[];
  readonly result: Step<Assignment>;
}

/** What was decided for a request, and the way there. */
interface Schedule {
  /** The affinities that were tried, in order; at least one. */
  readonly attempts: readonly Attempt[];
  /** In the order of their names; those of before where they stay in spite of a failure. */
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that was taken. */
  readonly affinityName?: string | undefined;
  readonly failure?: Failure | undefined;
}

/** Decides for requests, by what is known of a fleet. */
export type Scheduler = (request: PlacementRequest) => Schedule;

/**
 * Karmada's scheduler for a fleet: filters, ranks, selects and divides. What is the same for many
 * requests is worked out once.
 *
 * @param clusters - in the order of their names
 *
 * Source: Karmada v1.18, pkg/scheduler/{scheduler,core/generic_scheduler}.go.
 */
export function createScheduler(clusters: readonly Cluster[], rules: PlacementRules): Scheduler {
  const judge = createJudge(clusters.map(memberOf), rules.profile);
  const estimatorOf = createEstimators();
  return (request) => {
    const terms = judge.terms(request.placement);
    const { previous } = request;
    const start = Math.max(
      0,
      terms.findIndex(({ name }) => name !== undefined && name === previous.affinityName),
    );
    const attempts: Attempt[] = [];
    for (const term of terms.slice(start)) {
      const attempt = tryTerm(request, term);
      attempts.push(attempt);
      const { result } = attempt;
      if (result.type === 'failed') continue;
      return { attempts, clusters: result.value.clusters, affinityName: term.name };
    }
    return { attempts, ...unscheduled(request, attempts) };
  };

  function tryTerm(request: PlacementRequest, term: AffinityTerm): Attempt {
    const verdicts = judge.verdicts(request, term);
    const fitting = clusters.filter((_, index) => verdicts[index] === undefined);
    if (fitting.length === 0) {
      const result = failed('NoClusterFit', noFitMessage(verdicts));
      return { term, verdicts, candidates: [], selected: [], result };
    }
    const estimate = needsRoom(request, term) ? estimatorOf(request.requirements) : noEstimate;
    const candidates = rankCandidates(fitting, request, term, estimate);
    return { term, verdicts, candidates, ...selectAndAssign(request, term, candidates) };
  }

  function selectAndAssign(
    request: PlacementRequest,
    term: AffinityTerm,
    candidates: readonly Candidate[],
  ): Pick<Attempt, 'selected' | 'result'> {
    const { placement, replicas } = request;
    const step = selectClusters(candidates, placement, replicas, rules.profile);
    if (step.type === 'failed') {
      return { selected: [], result: wrapped('failed to select clusters', step) };
    }
    const result = assignReplicas(step.value, request, term, rules);
    return {
      selected: step.value,
      result: result.type === 'failed' ? wrapped('failed to assign replicas', result) : result,
    };
  }
}

const noEstimate: Estimator = () => [];

/** Whether it matters how much room the clusters have. */
function needsRoom({ placement, isWorkload }: PlacementRequest, term: AffinityTerm): boolean {
  if (!isWorkload) return false;
  const strategy = strategyOf(placement);
  if (strategy === 'DynamicWeight' || strategy === 'Aggregated') return true;
  return term.overflow.length > 0 || obeysSpread(placement);
}

/** The first failure counts. Where no cluster fits nothing stays; else what there was before. */
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

/** Karmada's own words: how many clusters each reason keeps out. */
function noFitMessage(verdicts: Verdicts): string {
  const reasons = verdicts.flatMap((rejection) =>
    rejection === undefined || rejection.plugin === 'Deletion' ? [] : [rejection.reason],
  );
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(
    ([reason, { length }]) => `${length} ${reason}`,
  );
  const told = counts.length === 0 ? 'no cluster exists' : counts.sort(byText).join(', ');
  return `0/${verdicts.length} clusters are available: ${told}.`;
}
