import type { Cluster, Taint } from '#model/cluster.ts';
import type { Placement, Toleration } from '#model/policy.ts';
import { type AffinityTerm, termMismatch } from './affinity.ts';

/** Why a cluster is rejected. */
export interface Rejection {
  /**
   * Karmada's filter plugin; `Deletion` for a cluster that is being deleted; `Variant` is Regatta's
   * own.
   */
  readonly plugin:
    | 'Deletion'
    | 'ClusterAffinity'
    | 'TaintToleration'
    | 'SpreadConstraint'
    | 'APIEnablement'
    | 'Variant';
  /** Karmada's message. */
  readonly reason: string;
  /** Regatta's message: a clause. */
  readonly message: string;
  /** JSON pointer into the policy, to the field that rejects it. */
  readonly pointer: string;
}

/** Returns why a placement and one of its affinities reject a cluster, or undefined. */
type ClusterFilter = (
  cluster: Cluster,
  placement: Placement,
  term: AffinityTerm,
) => Rejection | undefined;

/** Ordered as an author would look for the mistake: the first reason is reported. */
const filters: readonly ClusterFilter[] = [leaving, outsideAffinity, tainted, withoutProperty];

/** Taints do not evict an object from a cluster that already has it. */
const filtersOfTargets = filters.filter((filter) => filter !== tainted);

/** Returns the first reason why a placement rejects a cluster, for any object. */
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
    message: 'it is being deleted',
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
    message: `${mismatch.field} excludes it`,
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
    message: `taint ${written} is not tolerated`,
    pointer: '/spec/placement/clusterTolerations',
  };
}

/**
 * Reports whether a toleration matches a taint. Without an effect it matches every effect, without
 * a key every key; an unknown operator matches nothing.
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

/** The field that assigns a cluster to a group, for each grouping. */
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
      message: `it has no spec.${property} to spread by`,
      pointer: `/spec/placement/spreadConstraints/${index}`,
    };
  }
  return undefined;
}
