import type { PreviousResult, Selection, TargetCluster } from '#model/binding.ts';
import type { Placement, Profile } from '#model/policy.ts';
import {
  type Component,
  isWorkload,
  type ReplicaRequirements,
} from '#model/replica-requirements.ts';
import { variantFor } from '#model/source.ts';
import { type TieOrder, tieOrderOf } from '#model/webster.ts';

/** What holds for every placement of a compile. */
export interface PlacementRules {
  readonly profile: Profile;
  /** Clusters that are selected but get no replica have the object all the same. */
  readonly enableEmptyWorkloadPropagation: boolean;
  /** Rooms are worked out of the sums of clusters, whatever is known of the sizes of their nodes. */
  readonly ignoresNodeSizes?: boolean | undefined;
}

/** What is to be placed: what Karmada's scheduler reads of a binding. */
export interface PlacementRequest {
  readonly apiVersion: string;
  readonly kind: string;
  /**
   * Of what has variants: the API version of a cluster's, undefined for one that there is none for.
   * Absent when all clusters are to have the same.
   */
  readonly apiVersionFor?: ((cluster: string) => string | undefined) | undefined;
  readonly placement: Placement;
  /** 0 for what is no workload. */
  readonly replicas: number;
  readonly requirements?: ReplicaRequirements | undefined;
  /** It is placed as a whole, but needs room for these. */
  readonly components: readonly Component[];
  /** It runs pods. */
  readonly isWorkload: boolean;
  readonly tieOrder: TieOrder;
  readonly previous: PreviousResult;
}

const nothingBefore: PreviousResult = { clusters: [], reschedule: false };

/** The request of a selected template. */
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
 * Whether all components must find room in a single cluster, so that it is worth asking where.
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

/** Replicas by cluster. */
export function replicasByName(clusters: readonly TargetCluster[]): ReadonlyMap<string, number> {
  return new Map(clusters.map(({ name, replicas = 0 }) => [name, replicas]));
}
