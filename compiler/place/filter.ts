import type { Cluster, Taint } from '#model/cluster.ts';
import type { Placement, Toleration } from '#model/policy.ts';
import { type AffinityTerm, termMismatch } from './affinity.ts';

/** Why an object may not go to a cluster. */
export interface Rejection {
  /**
   * The filter plugin of Karmada's scheduler. Two are Regatta's own: `Deletion` for a cluster that is
   * being deleted, and `Variant` for a chart that omits the object on the cluster.
   */
  readonly plugin:
    | 'Deletion'
    | 'ClusterAffinity'
    | 'TaintToleration'
    | 'SpreadConstraint'
    | 'APIEnablement'
    | 'Variant';
  /** The message of Karmada's scheduler. */
  readonly reason: string;
  /** Regatta's message about the cluster, as a clause: `it is being deleted`. */
  readonly message: string;
  /** JSON pointer to the field of the policy that rejects the cluster. */
  readonly pointer: string;
}

/** Returns why a placement or one of its affinities rejects a cluster; undefined if both accept it. */
type ClusterFilter = (
  cluster: Cluster,
  placement: Placement,
  term: AffinityTerm,
) => Rejection | undefined;

/**
 * The filters, in the order in which an author would look for the mistake, because the compiler reports only
 * the first reason.
 */
const filters: readonly ClusterFilter[] = [leaving, outsideAffinity, tainted, withoutProperty];

/** The filters for a cluster that already has the object: a taint does not remove the object from there. */
const filtersOfTargets = filters.filter((filter) => filter !== tainted);

/**
 * Returns the first reason why a placement or one of its affinities rejects a cluster, whatever the object.
 * Returns undefined if both accept the cluster. `isTarget` says that the cluster already has the object.
 */
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
 * Reports whether a toleration matches a taint. A toleration without an effect matches every effect, and one
 * without a key every key. An unknown operator matches nothing.
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

/** For each `spreadByField`, the field of a Cluster's spec that it reads, and whether a Cluster sets the field. */
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
