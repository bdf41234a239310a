import type { TargetCluster } from '#model/binding.ts';
import { byText } from '#model/object.ts';
import { matchesCluster } from '#model/selector.ts';
import { apportion, type Party } from '#model/webster.ts';
import type { Candidate } from './candidates.ts';
import { done, failed, type Step, wrapped } from './outcome.ts';
import { type PlacementRequest, replicasByName } from './request.ts';
import { type Strategy, strategyOf } from './strategy.ts';

/** How replicas were handed out, for people to follow. */
export interface Division {
  readonly strategy: Strategy;
  /**
   * What was divided: all replicas, those on top of what there was before, all by what there was
   * before because they became fewer, or nothing because nothing has changed.
   */
  readonly mode: 'all' | 'more' | 'fewer' | 'kept';
  /** What the votes are: weights, room for more, or what there was before. */
  readonly votes: 'weights' | 'room' | 'previous' | 'none';
  /** How many replicas were handed out, on top of those that were kept. */
  readonly replicas: number;
  /** In the order of their names: what each had votes for, and what it got. */
  readonly shares: readonly Share[];
}

interface Share {
  readonly name: string;
  readonly votes: number;
  /** What it keeps of before. */
  readonly kept: number;
  /** What it has in all. */
  readonly replicas: number;
}

/**
 * Gives each of the selected clusters its replicas; those that come to none are among the shares.
 *
 * @param candidates - the best first, at least one
 *
 * Source: Karmada v1.18, pkg/scheduler/core/{assignment,division_algorithm}.go.
 */
export function divideReplicas(
  candidates: readonly Candidate[],
  request: PlacementRequest,
): Step<Division> {
  const strategy = strategyOf(request.placement);
  const { replicas } = request;
  switch (strategy) {
    case 'Duplicated': {
      const shares = candidates
        .map(({ name }) => ({ name, votes: 0, kept: 0, replicas }))
        .sort((a, b) => byText(a.name, b.name));
      return done({ strategy, mode: 'all', votes: 'none', replicas, shares });
    }
    case 'StaticWeight': {
      const shares = handOut(replicas, weightsOf(candidates, request), request);
      return done({ strategy, mode: 'all', votes: 'weights', replicas, shares });
    }
    default:
      return divideByRoom(candidates, request, strategy);
  }
}

/** The best weight of each cluster; 1 each when there is none at all. */
function weightsOf(
  candidates: readonly Candidate[],
  { placement }: PlacementRequest,
): readonly Party[] {
  const list = placement.replicaScheduling?.weightPreference?.staticWeightList ?? [];
  const weighted = candidates.map(({ name, cluster }) => ({
    name,
    votes: list.reduce(
      (best, { targetCluster, weight }) =>
        weight > best && matchesCluster(targetCluster, cluster) ? weight : best,
      0,
    ),
    seats: 0,
  }));
  const listed = weighted.filter(({ votes }) => votes > 0);
  return listed.length > 0 ? listed : weighted.map((party) => ({ ...party, votes: 1 }));
}

/**
 * By what the clusters have room for. What there was before stays where it can: more replicas are
 * added to it, fewer are taken in proportion. A reschedule forgets it.
 */
function divideByRoom(
  candidates: readonly Candidate[],
  request: PlacementRequest,
  strategy: Strategy,
): Step<Division> {
  const { replicas, previous } = request;
  const names = new Set(candidates.map(({ name }) => name));
  const kept = previous.clusters.filter(({ name }) => names.has(name));
  const assigned = kept.reduce((sum, target) => sum + (target.replicas ?? 0), 0);
  const room = candidates.map(({ name, allocatable: votes, available }) => ({
    ...{ name, votes, available, seats: 0 },
  }));
  if (previous.reschedule) {
    const fresh = room.map((party) => ({ ...party, votes: party.available }));
    const shared = share(replicas, fresh, request);
    return shared.type === 'failed'
      ? wrapped('failed to do fresh scale', shared)
      : done({ strategy, mode: 'all', votes: 'room', replicas, shares: shared.value });
  }
  if (assigned > replicas) {
    const before = kept.map(({ name, replicas: votes = 0 }) => ({ name, votes, seats: 0 }));
    const shared = share(replicas, before, request);
    return shared.type === 'failed'
      ? wrapped('failed to scale down', shared)
      : done({ strategy, mode: 'fewer', votes: 'previous', replicas, shares: shared.value });
  }
  if (assigned === replicas) return done(keptDivision(kept, strategy));
  const more = replicas - assigned;
  const shared = share(more, room, request, kept);
  if (shared.type === 'failed') return wrapped('failed to scale up', shared);
  const shares = merged(kept, shared.value);
  const mode = assigned === 0 ? 'all' : 'more';
  return done({ strategy, mode, votes: 'room', replicas: more, shares });
}

/** What there was before, as it is. */
export function keptDivision(clusters: readonly TargetCluster[], strategy: Strategy): Division {
  const shares = merged(clusters, []);
  return { strategy, mode: 'kept', votes: 'previous', replicas: 0, shares };
}

/** Among the fewest clusters that do, for Aggregated; those that have some already come first. */
function share(
  replicas: number,
  parties: readonly Party[],
  request: PlacementRequest,
  kept: readonly TargetCluster[] = [],
): Step<readonly Share[]> {
  const total = parties.reduce((sum, { votes }) => sum + votes, 0);
  if (total < replicas) {
    const message = `Clusters available replicas ${total} are not enough to schedule.`;
    return failed('Unschedulable', message);
  }
  if (strategyOf(request.placement) !== 'Aggregated') {
    return done(handOut(replicas, parties, request));
  }
  const before = replicasByName(kept);
  const has = ({ name }: Party) => ((before.get(name) ?? 0) > 0 ? 1 : 0);
  const sorted = parties.toSorted((a, b) => b.votes - a.votes).sort((a, b) => has(b) - has(a));
  let sum = 0;
  const enough = sorted.findIndex(({ votes }) => {
    sum += votes;
    return sum >= replicas;
  });
  return done(handOut(replicas, sorted.slice(0, enough + 1), request));
}

function handOut(
  replicas: number,
  parties: readonly Party[],
  { tieOrder }: PlacementRequest,
): readonly Share[] {
  return apportion(replicas, parties, tieOrder).map(({ name, votes, seats }) => ({
    ...{ name, votes, kept: 0, replicas: seats },
  }));
}

/** New shares on top of old ones, in the order of their names. */
function merged(kept: readonly TargetCluster[], shares: readonly Share[]): readonly Share[] {
  const before = replicasByName(kept);
  const added = new Set(shares.map(({ name }) => name));
  const others = kept.filter(({ name }) => !added.has(name));
  return [
    ...shares.map(({ name, votes, replicas }) => {
      const old = before.get(name) ?? 0;
      return { name, votes, kept: old, replicas: old + replicas };
    }),
    ...others.map(({ name, replicas = 0 }) => ({ name, votes: 0, kept: replicas, replicas })),
  ].sort((a, b) => byText(a.name, b.name));
}
