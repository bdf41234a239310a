import type { TargetCluster } from '#model/binding.ts';
import { byText } from '#model/object.ts';
import { matchesCluster } from '#model/selector.ts';
import { apportion, type Party } from '#model/webster.ts';
import type { Candidate } from './candidates.ts';
import { done, failed, type PlacementResult, wrapped } from './outcome.ts';
import { type PlacementRequest, replicasByName } from './request.ts';
import { type Strategy, strategyOf } from './strategy.ts';

/** The number of replicas to divide, relative to those that clusters already have. */
type Mode =
  /** Divide all replicas, as for a new object or after a reschedule. */
  | 'Fresh'
  /** Divide only the additional replicas, on top of the assigned ones. */
  | 'ScaleUp'
  /** Divide all replicas in proportion to the assigned ones, because there are fewer now. */
  | 'ScaleDown'
  /** Divide nothing: the clusters have as many replicas as the template requests. */
  | 'Unchanged';

/** A division of replicas, with the figures that verify it. */
export interface Division {
  readonly strategy: Strategy;
  readonly mode: Mode;
  /** The meaning of the weights: the policy's weights, replicas that fit, or assigned replicas. */
  readonly weightBy: 'weightPreference' | 'available' | 'assigned' | 'none';
  /** Target replicas: the number of replicas to divide, without those that clusters keep. */
  readonly replicas: number;
  /** Ordered by name. */
  readonly shares: readonly ReplicaShare[];
}

interface ReplicaShare {
  readonly name: string;
  readonly weight: number;
  /** Replicas that the cluster keeps from the previous placement. */
  readonly assigned: number;
  /** All replicas of the cluster. */
  readonly replicas: number;
}

/**
 * Divides the replicas of an object among its selected clusters. Clusters that get none are among
 * the shares.
 *
 * A static weight divides all replicas by the policy's weights each time. The dynamic strategies
 * weigh clusters by the replicas that fit. Karmada calls their two ways Steady and Fresh. Steady is
 * the usual one: clusters keep their assigned replicas. It divides additional replicas by free capacity
 * (ScaleUp), and fewer replicas in proportion to the assigned ones (ScaleDown). Fresh follows a reschedule: it ignores the assigned replicas, counts them as free
 * capacity, and divides everything again.
 *
 * Each replica goes to the cluster with the largest weight / (2 × replicas so far + 1). With 9
 * replicas and the weights 1 and 3, the first cluster claims 1, 0.33, 0.2 and the second one 3, 1,
 * 0.6, 0.43, 0.33, 0.27, 0.23, so that they get 2 and 7. The claims of 1 and 0.33 tie: the cluster
 * with fewer replicas comes first.
 *
 * @param candidates - the best first, at least one
 *
 * Source: Karmada v1.18, pkg/scheduler/core/{assignment,division_algorithm}.go.
 */
export function divideReplicas(
  candidates: readonly Candidate[],
  request: PlacementRequest,
): PlacementResult<Division> {
  const strategy = strategyOf(request.placement);
  const { replicas } = request;
  switch (strategy) {
    case 'Duplicated': {
      const shares = candidates
        .map(({ name }) => ({ name, weight: 0, assigned: 0, replicas }))
        .sort((a, b) => byText(a.name, b.name));
      return done({ strategy, mode: 'Fresh', weightBy: 'none', replicas, shares });
    }
    case 'StaticWeight': {
      const shares = apportionShares(replicas, weightsOf(candidates, request), request);
      return done({ strategy, mode: 'Fresh', weightBy: 'weightPreference', replicas, shares });
    }
    default:
      return divideByCapacity(candidates, request, strategy);
  }
}

/** Returns the largest matching weight of each cluster; 1 for each if no weight matches any. */
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

/** Divides by the capacity of clusters: Fresh after a reschedule, otherwise Steady. */
function divideByCapacity(
  candidates: readonly Candidate[],
  request: PlacementRequest,
  strategy: Strategy,
): PlacementResult<Division> {
  const { replicas, previous } = request;
  if (previous.reschedule) return divideFresh(candidates, request, strategy);
  const names = new Set(candidates.map(({ name }) => name));
  const assigned = previous.clusters.filter(({ name }) => names.has(name));
  const total = assigned.reduce((sum, target) => sum + (target.replicas ?? 0), 0);
  if (total > replicas) return scaleDown(assigned, request, strategy);
  if (total === replicas) return done(unchangedDivision(assigned, strategy));
  const parties = candidates.map(({ name, allocatable }) => ({
    name,
    votes: allocatable,
    seats: 0,
  }));
  const target = replicas - total;
  const shared = share(target, parties, request, assigned);
  if (shared.type === 'failed') return wrapped('failed to scale up', shared);
  const shares = merged(assigned, shared.value);
  const mode = total === 0 ? 'Fresh' : 'ScaleUp';
  return done({ strategy, mode, weightBy: 'available', replicas: target, shares });
}

function divideFresh(
  candidates: readonly Candidate[],
  request: PlacementRequest,
  strategy: Strategy,
): PlacementResult<Division> {
  const { replicas } = request;
  const parties = candidates.map(({ name, available }) => ({ name, votes: available, seats: 0 }));
  const shared = share(replicas, parties, request);
  return shared.type === 'failed'
    ? wrapped('failed to do fresh scale', shared)
    : done({ strategy, mode: 'Fresh', weightBy: 'available', replicas, shares: shared.value });
}

function scaleDown(
  assigned: readonly TargetCluster[],
  request: PlacementRequest,
  strategy: Strategy,
): PlacementResult<Division> {
  const { replicas } = request;
  const parties = assigned.map(({ name, replicas: votes = 0 }) => ({ name, votes, seats: 0 }));
  const shared = share(replicas, parties, request);
  return shared.type === 'failed'
    ? wrapped('failed to scale down', shared)
    : done({ strategy, mode: 'ScaleDown', weightBy: 'assigned', replicas, shares: shared.value });
}

/** Returns the division in which each cluster keeps its previous replicas. */
export function unchangedDivision(
  clusters: readonly TargetCluster[],
  strategy: Strategy,
): Division {
  const shares = merged(clusters, []);
  return { strategy, mode: 'Unchanged', weightBy: 'assigned', replicas: 0, shares };
}

/**
 * Divides replicas among parties. Aggregated uses as few clusters as possible, and prefers those that
 * already have replicas.
 */
function share(
  replicas: number,
  parties: readonly Party[],
  request: PlacementRequest,
  assigned: readonly TargetCluster[] = [],
): PlacementResult<readonly ReplicaShare[]> {
  const total = parties.reduce((sum, { votes }) => sum + votes, 0);
  if (total < replicas) {
    const message = `Clusters available replicas ${total} are not enough to schedule.`;
    return failed('Unschedulable', message);
  }
  if (strategyOf(request.placement) !== 'Aggregated') {
    return done(apportionShares(replicas, parties, request));
  }
  const before = replicasByName(assigned);
  const has = ({ name }: Party) => ((before.get(name) ?? 0) > 0 ? 1 : 0);
  const sorted = parties.toSorted((a, b) => b.votes - a.votes).sort((a, b) => has(b) - has(a));
  let sum = 0;
  const enough = sorted.findIndex(({ votes }) => {
    sum += votes;
    return sum >= replicas;
  });
  return done(apportionShares(replicas, sorted.slice(0, enough + 1), request));
}

function apportionShares(
  replicas: number,
  parties: readonly Party[],
  { tieOrder }: PlacementRequest,
): readonly ReplicaShare[] {
  return apportion(replicas, parties, tieOrder).map(({ name, votes, seats }) => ({
    name,
    weight: votes,
    assigned: 0,
    replicas: seats,
  }));
}

/** Adds new shares to the assigned replicas, ordered by name. */
function merged(
  assigned: readonly TargetCluster[],
  shares: readonly ReplicaShare[],
): readonly ReplicaShare[] {
  const before = replicasByName(assigned);
  const added = new Set(shares.map(({ name }) => name));
  const others = assigned.filter(({ name }) => !added.has(name));
  return [
    ...shares.map(({ name, weight, replicas }) => {
      const old = before.get(name) ?? 0;
      return { name, weight, assigned: old, replicas: old + replicas };
    }),
    ...others.map(({ name, replicas = 0 }) => ({ name, weight: 0, assigned: replicas, replicas })),
  ].sort((a, b) => byText(a.name, b.name));
}
