import type { Cluster } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import { type AffinityTerm, tierOf } from './affinity.ts';
import { type Allocatable, mostReplicas } from './allocatable.ts';
import type { Estimator } from './estimate.ts';
import { type PlacementRequest, replicasByName } from './request.ts';

/** A cluster that passes the filters, with the values that rank it. */
export interface Candidate {
  readonly name: string;
  readonly cluster: Cluster;
  /** 0 for the clusters of the affinity, then its overflows. */
  readonly tier: number;
  /** 100 for a cluster that already has the object, otherwise 0. */
  readonly score: number;
  /** Number of further replicas that fit. */
  readonly allocatable: number;
  /** The resource that is too scarce for one more replica, as in `Allocatable`. */
  readonly limitedBy?: string | undefined;
  /** Number of available replicas: `allocatable` plus those that the cluster already has. */
  readonly available: number;
}

/** Stands for the estimate when capacity does not matter. */
const unlimited: Allocatable = { replicas: mostReplicas };

/**
 * Returns the candidates, the best first: ordered by tier, then those that have the object, then
 * those with more available replicas, then by name.
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
  const estimates = replicas === 0 && components.length === 0 ? undefined : estimate(clusters);
  return clusters
    .map((cluster, index): Candidate => {
      const { name } = cluster.metadata;
      const { replicas: estimated, limitedBy }: Allocatable = estimates?.[index] ?? unlimited;
      // Karmada does the same to keep sums from overflowing.
      const allocatable =
        estimates !== undefined && estimated === mostReplicas ? replicas : estimated;
      return {
        name,
        cluster,
        allocatable,
        limitedBy,
        tier: tierOf(term, cluster),
        score: before.has(name) ? 100 : 0,
        available: allocatable + (before.get(name) ?? 0),
      };
    })
    .sort(byRank);
}

/** Compares two candidates; the better one comes first. */
export function byRank(a: Candidate, b: Candidate): number {
  return (
    a.tier - b.tier || b.score - a.score || b.available - a.available || byText(a.name, b.name)
  );
}
