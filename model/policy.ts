/**
 * policy.karmada.io/v1alpha1 PropagationPolicy and ClusterPropagationPolicy: Karmada's fields, with
 * its defaults filled in where they are not optional here.
 */
import type { KubeObject } from './object.ts';
import type { ClusterAffinity, ResourceSelector } from './selector.ts';

/** A cluster affinity with a name: one term of `clusterAffinities`, or an overflow of one. */
export interface NamedAffinity extends ClusterAffinity {
  readonly affinityName: string;
}

export interface ClusterAffinityTerm extends NamedAffinity {
  readonly overflowAffinities?: readonly NamedAffinity[] | undefined;
}

export interface Toleration {
  readonly key?: string | undefined;
  /** Equal when absent. */
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  /** Any effect when absent or ''. */
  readonly effect?: string | undefined;
  readonly tolerationSeconds?: number | undefined;
}

export interface SpreadConstraint {
  readonly spreadByField?: 'cluster' | 'region' | 'zone' | 'provider' | undefined;
  readonly spreadByLabel?: string | undefined;
  readonly minGroups: number;
  /** Absent has a meaning of its own in each profile; Karmada takes it for 0. */
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

/** `replicaScheduling`; a policy without one means Duplicated. */
export interface ReplicaScheduling {
  readonly replicaSchedulingType: 'Duplicated' | 'Divided';
  /** Set whenever the type is Divided. */
  readonly replicaDivisionPreference?: 'Aggregated' | 'Weighted' | undefined;
  readonly weightPreference?: WeightPreference | undefined;
}

export interface Placement {
  readonly clusterAffinity?: ClusterAffinity | undefined;
  readonly clusterAffinities?: readonly ClusterAffinityTerm[] | undefined;
  readonly clusterTolerations: readonly Toleration[];
  readonly spreadConstraints: readonly SpreadConstraint[];
  readonly replicaScheduling?: ReplicaScheduling | undefined;
  /** Nothing follows from it, as in Karmada by default. */
  readonly workloadAffinity?: WorkloadAffinity | undefined;
}

export interface WorkloadAffinity {
  readonly affinity?: { readonly groupByLabelKey: string } | undefined;
  readonly antiAffinity?: { readonly groupByLabelKey: string } | undefined;
}

/** What Karmada does when a cluster or an application fails: nothing follows from it in Git. */
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

/** A PropagationPolicy (it has a namespace) or a ClusterPropagationPolicy (it has none). */
export interface PropagationPolicy extends KubeObject {
  readonly kind: 'PropagationPolicy' | 'ClusterPropagationPolicy';
  readonly spec: PropagationSpec;
}
