import type { Placement, Profile, SpreadConstraint } from '#model/policy.ts';
import type { Candidate } from './candidates.ts';
import type { Limits } from './groups.ts';
import { done, failed, type PlacementResult } from './outcome.ts';
import { type Choice, selectByRegion } from './region.ts';
import { strategyOf } from './strategy.ts';

/**
 * Selects candidates by the spread constraints; all of them if the constraints do not apply.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/spreadconstraint/select_clusters*.go.
 */
export function selectClusters(
  candidates: readonly Candidate[],
  placement: Placement,
  replicas: number,
  profile: Profile,
): PlacementResult<Choice> {
  const { spreadConstraints } = placement;
  if (!obeysSpread(placement)) return done({ selected: candidates });
  const region = limitsOf('region', spreadConstraints, profile);
  const cluster = limitsOf('cluster', spreadConstraints, profile);
  const isDivided = strategyOf(placement) !== 'Duplicated';
  if (region !== undefined) {
    const clusters = cluster ?? { min: 0, max: 0 };
    return selectByRegion(candidates, { region, clusters, replicas, isDivided });
  }
  if (cluster === undefined) {
    return failed('SchedulerError', 'just support cluster and region spread constraint');
  }
  return selectByCluster(candidates, cluster, isDivided ? replicas : undefined);
}

/**
 * With static weights Karmada ignores the spread constraints, except with `weightPreference: {}`.
 */
export function obeysSpread(placement: Placement): boolean {
  if (placement.spreadConstraints.length === 0) return false;
  if (strategyOf(placement) !== 'StaticWeight') return true;
  const { weightPreference } = placement.replicaScheduling ?? {};
  return weightPreference !== undefined && !weightPreference.staticWeightList?.length;
}

/** Without maxGroups there is no upper limit; Karmada reads it as 0 and selects nothing. */
function limitsOf(
  field: SpreadConstraint['spreadByField'],
  constraints: readonly SpreadConstraint[],
  profile: Profile,
): Limits | undefined {
  const constraint = constraints.findLast(({ spreadByField }) => spreadByField === field);
  if (constraint === undefined) return undefined;
  const unlimited = profile === 'regatta' ? Number.POSITIVE_INFINITY : 0;
  return { min: constraint.minGroups, max: constraint.maxGroups || unlimited };
}

/**
 * Selects the clusters with the best rank, within the limits of a constraint by cluster.
 *
 * @param replicas - number that must fit into the clusters together; undefined if capacity does not matter
 */
function selectByCluster(
  candidates: readonly Candidate[],
  { min, max }: Limits,
  replicas: number | undefined,
): PlacementResult<Choice> {
  if (candidates.length < min) {
    const message = 'the number of feasible clusters is less than spreadConstraint.MinGroups';
    return failed('SchedulerError', message);
  }
  const need = Math.min(candidates.length, max);
  if (replicas === undefined) return done({ selected: candidates.slice(0, need) });
  const selected = selectByRoom(candidates, need, replicas);
  if (need > 0 && roomOf(selected) >= replicas) return done({ selected });
  return failed('SchedulerError', `no enough resource when selecting ${need} clusters`);
}

/**
 * Selects the first candidates. While they lack capacity, replaces the last ones by candidates with more.
 */
function selectByRoom(
  candidates: readonly Candidate[],
  need: number,
  replicas: number,
): readonly Candidate[] {
  const selected = candidates.slice(0, need);
  const rest = candidates.slice(need);
  for (let index = need - 1; index >= 0 && roomOf(selected) < replicas; index--) {
    const current = selected[index];
    if (current === undefined) continue;
    const best = rest.reduce((a, b) => (b.available > a.available ? b : a), current);
    if (best === current) continue;
    selected[index] = best;
    rest[rest.indexOf(best)] = current;
  }
  return selected;
}

function roomOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { available }) => sum + available, 0);
}
