import type { PreviousResult, Selection, TargetCluster } from '#model/binding.ts';
import type { Placement, Profile } from '#model/policy.ts';
import {
  type Component,
  isWorkload,
  type ReplicaRequirements,
} from '#model/replica-requirements.ts';
import { variantFor } from '#model/source.ts';
import { type TieOrder, tieOrderOf } from '#model/webster.ts';

/** Settings of every placement in a compile. */
export interface PlacementRules {
  readonly profile: Profile;
  /** Propagate the object also to selected clusters that get no replica. */
  readonly enableEmptyWorkloadPropagation: boolean;
  /** Estimate capacity from the sums of clusters, even if the sizes of their nodes are known. */
  readonly ignoresNodeSizes?: boolean | undefined;
}

/** The fields of a binding that Karmada's scheduler reads. */
export interface PlacementRequest {
  readonly apiVersion: string;
  readonly kind: string;
  /**
   * Returns the API version of a cluster's variant; undefined if the cluster gets no variant. Absent if the
   * template has no variants.
   */
  readonly apiVersionFor?: ((cluster: string) => string | undefined) | undefined;
  readonly placement: Placement;
  /** 0 if the object is not a workload. */
  readonly replicas: number;
  readonly requirements?: ReplicaRequirements | undefined;
  /** Components of a workload that the scheduler places as a whole, with capacity for all components. */
  readonly components: readonly Component[];
  /** True if the object runs pods. */
  readonly isWorkload: boolean;
  readonly tieOrder: TieOrder;
  readonly previous: PreviousResult;
}

const nothingBefore: PreviousResult = { clusters: [], reschedule: false };

/** Returns the request of a selected template. */
export function requestOf(selection: Selection, placement: Placement): PlacementRequest {
  const { template } = selection;
  const { apiVersion, kind, metadata } = template.object;
  const { replicas = 0, replicaRequirements, components = [] } = selection;
  const { previous = nothingBefore } = selection;
  return {
    apiVersion,
    kind,
    apiVersionFor: template.variants && ((cluster) => variantFor(template, cluster)?.apiVersion),
    placement,
    replicas,
    requirements: replicaRequirements,
    components,
    isWorkload: isWorkload({ replicas, replicaRequirements }) || components.length > 0,
    tieOrder: tieOrderOf(metadata.uid),
    previous,
  };
}

/**
 * Reports whether all components must fit into a single cluster, so that estimates matter.
 *
 * Source: Karmada v1.18, pkg/scheduler/core/estimation.go (isMultiTemplateSchedulingApplicable).
 */
export function goesToOneCluster({ placement, components }: PlacementRequest): boolean {
  return (
    components.length > 0 &&
    placement.spreadConstraints.some(
      ({ spreadByField, minGroups, maxGroups }) =>
        spreadByField === 'cluster' && minGroups === 1 && maxGroups === 1,
    )
  );
}

/** Returns the replicas by cluster. */
export function replicasByName(clusters: readonly TargetCluster[]): ReadonlyMap<string, number> {
  return new Map(clusters.map(({ name, replicas = 0 }) => [name, replicas]));
}
