import type { Cluster } from '#model/cluster.ts';
import type { Placement } from '#model/policy.ts';
import { affinityMismatch, type ClusterAffinity, matchesCluster } from '#model/selector.ts';

/** One affinity of a policy: `clusterAffinity`, or one term of `clusterAffinities`. */
export interface AffinityTerm {
  /** Absent for `clusterAffinity`, and if the policy has neither field. */
  readonly name?: string | undefined;
  /** JSON pointer into the policy; to `placement` if the policy has neither field. */
  readonly pointer: string;
  /** The field's name in messages, such as `clusterAffinities[0]`. */
  readonly field: string;
  readonly affinity: ClusterAffinity;
  /** Tiers that take the replicas for which the clusters of `affinity` lack capacity. */
  readonly overflow: readonly ClusterAffinity[];
}

/**
 * Returns the affinities of a placement in the order in which the scheduler tries them; at least
 * one.
 */
export function affinityTerms(placement: Placement): readonly AffinityTerm[] {
  const { clusterAffinity, clusterAffinities = [] } = placement;
  const at = '/spec/placement';
  if (clusterAffinity !== undefined || clusterAffinities.length === 0) {
    const field = 'clusterAffinity';
    const pointer = clusterAffinity === undefined ? at : `${at}/${field}`;
    return [{ pointer, field, affinity: clusterAffinity ?? {}, overflow: [] }];
  }
  return clusterAffinities.map(({ affinityName, overflowAffinities = [], ...affinity }, index) => ({
    name: affinityName,
    pointer: `${at}/clusterAffinities/${index}`,
    field: `clusterAffinities[${index}]`,
    affinity,
    overflow: overflowAffinities,
  }));
}

/**
 * Returns the field that excludes a cluster from all tiers of a term; undefined if a tier contains the cluster.
 */
export function termMismatch(
  { affinity, overflow, pointer, field }: AffinityTerm,
  cluster: Cluster,
): { readonly pointer: string; readonly field: string } | undefined {
  const mismatch = affinityMismatch(affinity, cluster);
  if (mismatch === undefined) return undefined;
  if (overflow.some((tier) => matchesCluster(tier, cluster))) return undefined;
  return { pointer: `${pointer}${mismatch.pointer}`, field: `${field}.${mismatch.part}` };
}

/**
 * Returns the first tier that contains a cluster: 0 for the affinity itself, then its overflows.
 */
export function tierOf({ affinity, overflow }: AffinityTerm, cluster: Cluster): number {
  if (overflow.length === 0 || matchesCluster(affinity, cluster)) return 0;
  return overflow.findIndex((tier) => matchesCluster(tier, cluster)) + 1;
}
