import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import { type AffinityTerm, tierOf } from './affinity.ts';
import type { Estimator } from './estimate.ts';
import { type PlacementRequest, replicasByName } from './request.ts';
import { mostReplicas, type Room } from './room.ts';

/** A cluster that fits, with what speaks for it. */
export interface Candidate {
  readonly name: string;
  readonly cluster: Cluster;
  /** 0 for the clusters of the affinity, then its overflows. */
  readonly tier: number;
  /** 100 for a cluster that has the object already, else 0. */
  readonly score: number;
  /** How many more replicas it has room for. */
  readonly allocatable: number;
  /** What there is too little of for one more, as `Room` has it. */
  readonly limitedBy?: string | undefined;
  /** `allocatable` and those that it has already. */
  readonly available: number;
}

/** Of a cluster whose room does not matter. */
const anyRoom: Room = { replicas: mostReplicas };

/**
 * The clusters that fit, the best first: of the lower tier, then those that have the object, then
 * those with more room, then by name.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/spreadconstraint/{group_clusters,util}.go.
 */
export function rankCandidates(
  clusters: readonly Cluster[],
  { replicas, components, previous }: PlacementRequest,
  term: AffinityTerm,
  estimate: Estimator,
): readonly Candidate[] {
  const before = replicasByName(previous.clusters);
  const room = replicas === 0 && components.length === 0 ? undefined : estimate(clusters);
  return clusters
    .map((cluster, index): Candidate => {
      const { name } = cluster.metadata;
      const { replicas: estimated, limitedBy }: Room = room?.[index] ?? anyRoom;
      // Karmada's own guard against sums that overflow.
      const allocatable = room !== undefined && estimated === mostReplicas ? replicas : estimated;
      return {
        ...{ name, cluster, allocatable, limitedBy, tier: tierOf(term, cluster) },
        score: before.has(name) ? 100 : 0,
        available: allocatable + (before.get(name) ?? 0),
      };
    })
    .sort(byRank);
}

/** The better candidate first. */
export function byRank(a: Candidate, b: Candidate): number {
  return (
    a.tier - b.tier || b.score - a.score || b.available - a.available || byText(a.name, b.name)
  );
}
