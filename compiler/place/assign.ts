import type { TargetCluster } from '#model/binding.ts';
import { byText } from '#model/object.ts';
import type { AffinityTerm } from './affinity.ts';
import type { Candidate } from './candidates.ts';
import { type Division, divideReplicas, keptDivision } from './divide.ts';
import { done, failed, type Step } from './outcome.ts';
import type { PlacementRequest, PlacementRules } from './request.ts';
import { strategyOf } from './strategy.ts';

export interface Assignment {
  /** In the order of their names. */
  readonly clusters: readonly TargetCluster[];
  /** One a tier that got some; none for what has no replicas to divide. */
  readonly divisions: readonly Division[];
}

/**
 * What each selected cluster gets: its replicas, or the object as it is.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/common.go (AssignReplicas).
 */
export function assignReplicas(
  selected: readonly Candidate[],
  request: PlacementRequest,
  term: AffinityTerm,
  { profile, enableEmptyWorkloadPropagation }: PlacementRules,
): Step<Assignment> {
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

  function divide(): Step<readonly Division[]> {
    if (term.overflow.length > 0) {
      const kept = profile === 'regatta' ? keptTiers(selected, request) : undefined;
      return kept === undefined ? divideByTier(selected, request) : done([kept]);
    }
    const division = divideReplicas(selected, request);
    return division.type === 'failed' ? division : done([division.value]);
  }
}

/**
 * What there was before, when it is still what is asked for. Karmada does not come to divide such a
 * binding again; if it did, the replicas of an overflow would move up where the status of a tier
 * does not count its own ones yet.
 */
function keptTiers(
  selected: readonly Candidate[],
  { placement, replicas, previous }: PlacementRequest,
): Division | undefined {
  const names = new Set(selected.map(({ name }) => name));
  const total = previous.clusters.reduce((sum, target) => sum + (target.replicas ?? 0), 0);
  if (previous.reschedule || total !== replicas) return undefined;
  if (!previous.clusters.every(({ name }) => names.has(name))) return undefined;
  return keptDivision(previous.clusters, strategyOf(placement));
}

/** Each tier takes what it has room for, before the next gets any. */
function divideByTier(
  selected: readonly Candidate[],
  request: PlacementRequest,
): Step<readonly Division[]> {
  const tiers = [...Map.groupBy(selected, ({ tier }) => tier)].sort(([a], [b]) => a - b);
  const divisions: Division[] = [];
  let remaining = request.replicas;
  for (const [, candidates] of tiers) {
    const room = candidates.reduce((sum, { available }) => sum + available, 0);
    const replicas = Math.min(remaining, room);
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
