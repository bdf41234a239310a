/**
 * policy.karmada.io/v1alpha1 PropagationPolicy and ClusterPropagationPolicy with Karmada's fields. The parser
 * fills in Karmada's defaults for the fields that are required here.
 */
import type { KubeObject } from './object.ts';
import type { ClusterAffinity, ResourceSelector } from './selector.ts';

/**
 * The decision profile: `regatta`, with the differences that docs/karmada-compatibility.md explains, or
 * `karmada` for exact Karmada behaviour.
 */
export type Profile = 'regatta' | 'karmada';

/** A named cluster affinity: a term of `clusterAffinities`, or an overflow affinity of a term. */
export interface NamedAffinity extends ClusterAffinity {
  readonly affinityName: string;
}

/** A term of `clusterAffinities`. */
export interface ClusterAffinityTerm extends NamedAffinity {
  readonly overflowAffinities?: readonly NamedAffinity[] | undefined;
}

export interface Toleration {
  readonly key?: string | undefined;
  /** Absent means Equal. */
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  /** Absent or '' means any effect. */
  readonly effect?: string | undefined;
  readonly tolerationSeconds?: number | undefined;
}

/** Limits the number of groups of clusters that get an object. */
export interface SpreadConstraint {
  readonly spreadByField?: 'cluster' | 'region' | 'zone' | 'provider' | undefined;
  readonly spreadByLabel?: string | undefined;
  readonly minGroups: number;
  /** Absent has a different meaning in each profile; Karmada reads it as 0. */
  readonly maxGroups?: number | undefined;
}

/** The weight of the clusters that an affinity selects. */
export interface StaticWeight {
  readonly targetCluster: ClusterAffinity;
  readonly weight: number;
}

/** The weights of clusters in a division: by available replicas, or fixed ones. */
export interface WeightPreference {
  readonly dynamicWeight?: 'AvailableReplicas' | undefined;
  readonly staticWeightList?: readonly StaticWeight[] | undefined;
}

/** How a policy divides replicas, `replicaScheduling`. A policy without this field uses Duplicated. */
export interface ReplicaScheduling {
  readonly replicaSchedulingType: 'Duplicated' | 'Divided';
  /** Always set when the type is Divided. */
  readonly replicaDivisionPreference?: 'Aggregated' | 'Weighted' | undefined;
  readonly weightPreference?: WeightPreference | undefined;
}

/** `spec.placement` of a policy. */
export interface Placement {
  readonly clusterAffinity?: ClusterAffinity | undefined;
  readonly clusterAffinities?: readonly ClusterAffinityTerm[] | undefined;
  readonly clusterTolerations: readonly Toleration[];
  readonly spreadConstraints: readonly SpreadConstraint[];
  readonly replicaScheduling?: ReplicaScheduling | undefined;
  /** Has no effect, as in Karmada by default. */
  readonly workloadAffinity?: WorkloadAffinity | undefined;
}

export interface WorkloadAffinity {
  readonly affinity?: { readonly groupByLabelKey: string } | undefined;
  readonly antiAffinity?: { readonly groupByLabelKey: string } | undefined;
}

/** Karmada's reaction to a failed cluster or application. It has no effect, because a compile sees no failures. */
export interface Failover {
  readonly application?: ApplicationFailover | undefined;
  readonly cluster?: { readonly statePreservation?: StatePreservation | undefined } | undefined;
}

export interface ApplicationFailover {
  readonly purgeMode: string;
  readonly gracePeriodSeconds?: number | undefined;
  readonly statePreservation?: StatePreservation | undefined;
}

interface StatePreservation {
  readonly rules: readonly { readonly aliasLabelName: string }[];
}

/** What a policy suspends: dispatching to all or some clusters, or scheduling. */
export interface Suspension {
  readonly dispatching?: boolean | undefined;
  readonly dispatchingOnClusters?:
    | { readonly clusterNames?: readonly string[] | undefined }
    | undefined;
  readonly scheduling?: boolean | undefined;
}

/** `spec` of a PropagationPolicy or ClusterPropagationPolicy. */
export interface PropagationSpec {
  readonly resourceSelectors: readonly ResourceSelector[];
  readonly placement: Placement;
  readonly priority: number;
  readonly preemption: 'Always' | 'Never';
  readonly propagateDeps: boolean;
  readonly dependentOverrides: readonly string[];
  readonly schedulerName: string;
  readonly conflictResolution: 'Abort' | 'Overwrite';
  readonly preserveResourcesOnDeletion: boolean;
  readonly activationPreference?: 'Lazy' | undefined;
  readonly suspension?: Suspension | undefined;
  readonly failover?: Failover | undefined;
}

/** A PropagationPolicy, which has a namespace, or a ClusterPropagationPolicy, which has none. */
export interface PropagationPolicy extends KubeObject {
  readonly kind: 'PropagationPolicy' | 'ClusterPropagationPolicy';
  readonly spec: PropagationSpec;
}
