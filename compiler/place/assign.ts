import type { TargetCluster } from '#model/binding.ts';
import { byText } from '#model/object.ts';
import type { AffinityTerm } from './affinity.ts';
import type { Candidate } from './candidates.ts';
import { type Division, divideReplicas, unchangedDivision } from './divide.ts';
import { done, failed, type PlacementResult } from './outcome.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import { strategyOf } from './strategy.ts';

/** The clusters of an object with their replicas. */
export interface Assignment {
  /** Ordered by name. */
  readonly clusters: readonly TargetCluster[];
  /** One for each tier that received replicas; empty if the object has no replicas to divide. */
  readonly divisions: readonly Division[];
}

/**
 * Assigns replicas to each selected cluster, or the whole object if it has no replicas.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/common.go (AssignReplicas).
 */
export function assignReplicas(
  selected: readonly Candidate[],
  request: PlacementRequest,
  term: AffinityTerm,
  { profile, enableEmptyWorkloadPropagation }: PlacementRules,
): PlacementResult<Assignment> {
  if (selected.length === 0) return failed('SchedulerError', 'no clusters available to schedule');
  if (!request.isWorkload || request.components.length > 0) {
    const clusters = selected.map(({ name }) => ({ name })).sort(byName);
    return done({ clusters, divisions: [] });
  }
  const divided = divide();
  if (divided.type === 'failed') return divided;
  const clusters = divided.value.flatMap(({ shares }) =>
    shares.flatMap(({ name, replicas }) => (replicas > 0 ? [{ name, replicas }] : [])),
  );
  const names = new Set(clusters.map(({ name }) => name));
  const empty = enableEmptyWorkloadPropagation
    ? selected.flatMap(({ name }) => (names.has(name) ? [] : [{ name, replicas: 0 }]))
    : [];
  return done({ clusters: [...clusters, ...empty].sort(byName), divisions: divided.value });

  function divide(): PlacementResult<readonly Division[]> {
    if (term.overflow.length > 0) {
      const unchanged = profile === 'regatta' ? unchangedTiers(selected, request) : undefined;
      return unchanged === undefined ? divideByTier(selected, request) : done([unchanged]);
    }
    const division = divideReplicas(selected, request);
    return division.type === 'failed' ? division : done([division.value]);
  }
}

/**
 * Returns the previous placement if it still has the requested replicas and clusters. Karmada does
 * not divide such a binding again. If it did, replicas of an overflow would move to a higher tier
 * whose status does not include its own replicas yet.
 */
function unchangedTiers(
  selected: readonly Candidate[],
  { placement, replicas, previous }: PlacementRequest,
): Division | undefined {
  const names = new Set(selected.map(({ name }) => name));
  const total = previous.clusters.reduce((sum, target) => sum + (target.replicas ?? 0), 0);
  if (previous.reschedule || total !== replicas) return undefined;
  if (!previous.clusters.every(({ name }) => names.has(name))) return undefined;
  return unchangedDivision(previous.clusters, strategyOf(placement));
}

/** Fills each tier up to its capacity before the next one. */
function divideByTier(
  selected: readonly Candidate[],
  request: PlacementRequest,
): PlacementResult<readonly Division[]> {
  const tiers = [...Map.groupBy(selected, ({ tier }) => tier)].sort(([a], [b]) => a - b);
  const divisions: Division[] = [];
  let remaining = request.replicas;
  for (const [, candidates] of tiers) {
    const available = candidates.reduce((sum, candidate) => sum + candidate.available, 0);
    const replicas = Math.min(remaining, available);
    const division = divideReplicas(candidates, { ...request, replicas });
    if (division.type === 'failed') return division;
    divisions.push(division.value);
    remaining -= replicas;
    if (remaining <= 0) return done(divisions);
  }
  return remaining > 0
    ? failed('Unschedulable', 'Clusters available replicas are not enough to schedule.')
    : done(divisions);
}

function byName(a: TargetCluster, b: TargetCluster): number {
  return byText(a.name, b.name);
}
