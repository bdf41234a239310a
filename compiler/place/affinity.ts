import type { Cluster } from '#model/cluster.ts';
import type { Placement } from '#model/policy.ts';
import { affinityMismatch, type ClusterAffinity, matchesCluster } from '#model/selector.ts';

/** What `clusterAffinity` lets in, or one term of `clusterAffinities`. */
export interface AffinityTerm {
  /** Absent for `clusterAffinity`, and when the policy has neither. */
  readonly name?: string | undefined;
  /** JSON pointer into the policy; that of `placement` when it has neither. */
  readonly pointer: string;
  /** What messages call it: `clusterAffinities[0]`. */
  readonly field: string;
  readonly affinity: ClusterAffinity;
  /** Tiers for replicas that the clusters of `affinity` have no room for. */
  readonly overflow: readonly ClusterAffinity[];
}

/** The affinities of a placement, in the order in which they are tried; at least one. */
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

/** Why a cluster is in none of a term's tiers, as a pointer into the policy and a field's name. */
export function termMismatch(
  { affinity, overflow, pointer, field }: AffinityTerm,
  cluster: Cluster,
): { readonly pointer: string; readonly field: string } | undefined {
  const mismatch = affinityMismatch(affinity, cluster);
  if (mismatch === undefined) return undefined;
  if (overflow.some((tier) => matchesCluster(tier, cluster))) return undefined;
  return { pointer: `${pointer}${mismatch.pointer}`, field: `${field}.${mismatch.part}` };
}

/** The first tier that a cluster is in: 0 for the affinity itself, then its overflows. */
export function tierOf({ affinity, overflow }: AffinityTerm, cluster: Cluster): number {
  if (overflow.length === 0 || matchesCluster(affinity, cluster)) return 0;
  return overflow.findIndex((tier) => matchesCluster(tier, cluster)) + 1;
}
