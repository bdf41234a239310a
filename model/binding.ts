/** What was decided for one resource template: its policy, its clusters and their replicas. */
import type { KubeObject } from './object.ts';
import type { AppliedRule } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import type { ReplicaRequirements } from './replica-requirements.ts';
import type { Sourced } from './source.ts';

/** One cluster's share. */
export interface TargetCluster {
  readonly name: string;
  /** Absent for what has no replicas to place. */
  readonly replicas?: number | undefined;
}

/** What was decided for a template before, as `bindings/` remembers it. */
export interface PreviousResult {
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that was taken. */
  readonly affinityName?: string | undefined;
  /** Replicas are to be divided anew, as if nothing had been decided. */
  readonly reschedule: boolean;
}

/** Why a template goes nowhere, or stays where it was, in Karmada's words. */
export interface Unscheduled {
  readonly reason:
    | 'NoClusterFit'
    | 'Unschedulable'
    | 'SchedulerError'
    | 'NotHandledByDefaultScheduler';
  readonly message: string;
}

/** A resource template with what says where it goes. */
export interface Selection {
  readonly template: Sourced;
  /** Absent for what goes to every cluster without a policy, as Namespaces do. */
  readonly policy?: Sourced<PropagationPolicy> | undefined;
  /** Replicas that the template asks for in all; absent for what is no workload. */
  readonly replicas?: number | undefined;
  /** What each of them needs; absent when that is nothing. */
  readonly replicaRequirements?: ReplicaRequirements | undefined;
  /** Absent for what is placed for the first time. */
  readonly previous?: PreviousResult | undefined;
}

/** Karmada's ResourceBinding, with the objects that it refers to. */
export interface Binding extends Selection {
  /** In the order of their names, each once. */
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that was taken. */
  readonly affinityName?: string | undefined;
  /** Present when it could not be placed: then `clusters` are those that it keeps. */
  readonly unscheduled?: Unscheduled | undefined;
}

/** An object as one cluster is to have it. What is the same for several is the same object. */
export interface ClusterObject {
  readonly cluster: string;
  readonly object: KubeObject;
  /** Why it goes there. */
  readonly binding: Binding;
  /** Why it is as it is: the override rules that speak of it and the cluster, in their order. */
  readonly overrides: readonly AppliedRule[];
}
