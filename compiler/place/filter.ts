import type { Cluster, Taint } from '#model/cluster.ts';
import type { Placement, Toleration } from '#model/policy.ts';
import { type AffinityTerm, termMismatch } from './affinity.ts';

/** Why a cluster is out. */
export interface Rejection {
  /** Karmada's filter plugin; `Deletion` for a cluster that is on its way out; `Variant` is ours. */
  readonly plugin:
    | 'Deletion'
    | 'ClusterAffinity'
    | 'TaintToleration'
    | 'SpreadConstraint'
    | 'APIEnablement'
    | 'Variant';
  /** In Karmada's words. */
  readonly reason: string;
  /** In ours, for people: a clause. */
  readonly told: string;
  /** JSON pointer into the policy, to what keeps it out. */
  readonly pointer: string;
}

/** Why a cluster is out by a placement and one of its affinities, or undefined when it may stay. */
type ClusterFilter = (
  cluster: Cluster,
  placement: Placement,
  term: AffinityTerm,
) => Rejection | undefined;

/** In the order in which an author looks for the fault: the first reason is the one told. */
const filters: readonly ClusterFilter[] = [leaving, outsideAffinity, tainted, withoutProperty];

/** A cluster that has the object already keeps it in spite of its taints. */
const filtersOfTargets = filters.filter((filter) => filter !== tainted);

/** The first reason that keeps a cluster out of a placement, whatever the object. */
export function rejectionOf(
  cluster: Cluster,
  placement: Placement,
  term: AffinityTerm,
  { isTarget }: { readonly isTarget: boolean } = { isTarget: false },
): Rejection | undefined {
  for (const filter of isTarget ? filtersOfTargets : filters) {
    const rejection = filter(cluster, placement, term);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}

function leaving({ metadata }: Cluster): Rejection | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  return {
    plugin: 'Deletion',
    reason: 'cluster(s) is being deleted',
    told: 'it is being deleted',
    pointer: '/spec/placement',
  };
}

function outsideAffinity(
  cluster: Cluster,
  _: Placement,
  term: AffinityTerm,
): Rejection | undefined {
  const mismatch = termMismatch(term, cluster);
  if (mismatch === undefined) return undefined;
  return {
    plugin: 'ClusterAffinity',
    reason: 'cluster(s) did not match the placement cluster affinity constraint',
    told: `${mismatch.field} keeps it out`,
    pointer: mismatch.pointer,
  };
}

function tainted({ spec }: Cluster, { clusterTolerations }: Placement): Rejection | undefined {
  const taint = spec.taints.find(
    (candidate) => !clusterTolerations.some((toleration) => tolerates(toleration, candidate)),
  );
  if (taint === undefined) return undefined;
  const { key, value, effect } = taint;
  const written = `${key}${value === '' ? '' : `=${value}`}:${effect}`;
  return {
    plugin: 'TaintToleration',
    reason: `cluster(s) had untolerated taint {${written}}`,
    told: `taint ${written} is not tolerated`,
    pointer: '/spec/placement/clusterTolerations',
  };
}

/**
 * No effect means every effect, no key every key; an operator that does not exist tolerates nothing.
 *
 * Source: Kubernetes v1.35, core/v1/toleration.go.
 */
export function tolerates(
  { key, operator, value = '', effect }: Toleration,
  taint: Taint,
): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (!operator || operator === 'Equal') && value === taint.value;
}

/** What a cluster must have to be counted in a group of clusters. */
const properties = {
  provider: ['provider', ({ spec }: Cluster) => spec.provider !== ''],
  region: ['region', ({ spec }: Cluster) => spec.region !== ''],
  zone: ['zones', ({ spec }: Cluster) => spec.zones.length > 0],
} as const;

function withoutProperty(
  cluster: Cluster,
  { spreadConstraints }: Placement,
): Rejection | undefined {
  for (const [index, { spreadByField }] of spreadConstraints.entries()) {
    if (spreadByField === undefined || spreadByField === 'cluster') continue;
    const [property, has] = properties[spreadByField];
    if (has(cluster)) continue;
    return {
      plugin: 'SpreadConstraint',
      reason: `cluster(s) did not have ${property} property`,
      told: `it has no spec.${property} to spread by`,
      pointer: `/spec/placement/spreadConstraints/${index}`,
    };
  }
  return undefined;
}
