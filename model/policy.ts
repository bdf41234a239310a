/**
 * policy.karmada.io/v1alpha1 PropagationPolicy and ClusterPropagationPolicy with Karmada's fields.
 * Fields that are required here have Karmada's defaults filled in.
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

export interface SpreadConstraint {
  readonly spreadByField?: 'cluster' | 'region' | 'zone' | 'provider' | undefined;
  readonly spreadByLabel?: string | undefined;
  readonly minGroups: number;
  /** Absent has a different meaning in each profile; Karmada reads it as 0. */
  readonly maxGroups?: number | undefined;
}

export interface StaticWeight {
  readonly targetCluster: ClusterAffinity;
  readonly weight: number;
}

export interface WeightPreference {
  readonly dynamicWeight?: 'AvailableReplicas' | undefined;
  readonly staticWeightList?: readonly StaticWeight[] | undefined;
}

/** `replicaScheduling`. A policy without it uses Duplicated. */
export interface ReplicaScheduling {
  readonly replicaSchedulingType: 'Duplicated' | 'Divided';
  /** Always set when the type is Divided. */
  readonly replicaDivisionPreference?: 'Aggregated' | 'Weighted' | undefined;
  readonly weightPreference?: WeightPreference | undefined;
}

export interface Placement {
  readonly clusterAffinity?: ClusterAffinity | undefined;
  readonly clusterAffinities?: readonly ClusterAffinityTerm[] | undefined;
  readonly clusterTolerations: readonly Toleration[];
  readonly spreadConstraints: readonly SpreadConstraint[];
  readonly replicaScheduling?: ReplicaScheduling | undefined;
  /** Accepted without effect, as in Karmada by default. */
  readonly workloadAffinity?: WorkloadAffinity | undefined;
}

export interface WorkloadAffinity {
  readonly affinity?: { readonly groupByLabelKey: string } | undefined;
  readonly antiAffinity?: { readonly groupByLabelKey: string } | undefined;
}

/** Karmada's reaction to a failed cluster or application. Accepted without effect, because a compile sees no failures. */
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

export interface Suspension {
  readonly dispatching?: boolean | undefined;
  readonly dispatchingOnClusters?:
    | { readonly clusterNames?: readonly string[] | undefined }
    | undefined;
  readonly scheduling?: boolean | undefined;
}

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
