/** The placement of one resource template: its policy, its clusters and their replicas. */
import { digestOf } from './files.ts';
import { byText, type KubeObject, type ObjectKey } from './object.ts';
import type { AppliedRule } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import type { Component, ReplicaRequirements } from './replica-requirements.ts';
import type { Sourced } from './source.ts';

/** A cluster that gets an object. */
export interface TargetCluster {
  readonly name: string;
  /** Number of replicas; absent if the object has no replicas to place. */
  readonly replicas?: number | undefined;
}

/** The previous placement of a template, as recorded in `bindings/`. */
export interface PreviousResult {
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that the scheduler chose. */
  readonly affinityName?: string | undefined;
  /** Divide the replicas from scratch and ignore the previous placement. */
  readonly reschedule: boolean;
}

/** A document of `bindings/`: the previous placement, with the user's instructions for the next one. */
export interface PreviousBinding extends PreviousResult {
  /** The policy that claimed the template: `namespace/name`, or the name of a ClusterPropagationPolicy. */
  readonly policy?: string | undefined;
  /** Keep the previous placement unchanged. */
  readonly isSuspended: boolean;
  /** Digest of the template at that placement; recorded under `activationPreference: Lazy`. */
  readonly template?: string | undefined;
}

/** Previous placements, by the keys of their templates. */
export type PreviousBindings = ReadonlyMap<ObjectKey, PreviousBinding>;

/** Why a template is not placed, or keeps its previous placement, in Karmada's words. */
export interface Unscheduled {
  readonly reason:
    | 'NoClusterFit'
    | 'Unschedulable'
    | 'SchedulerError'
    | 'NotHandledByDefaultScheduler';
  readonly message: string;
}

/** A resource template with the inputs that decide its placement. */
export interface Selection {
  readonly template: Sourced;
  /** Absent if the object goes to every cluster without a policy, as Namespaces do. */
  readonly policy?: Sourced<PropagationPolicy> | undefined;
  /** Total replicas that the template requests; absent if it is not a workload. */
  readonly replicas?: number | undefined;
  /** Replicas by cluster, for variants of a template whose replicas the policy does not divide. */
  readonly variantReplicas?: ReadonlyMap<string, number> | undefined;
  /** Requirements of each replica; absent if a replica has none. */
  readonly replicaRequirements?: ReplicaRequirements | undefined;
  /** Components of a workload that the scheduler places as a whole, with capacity for all components. */
  readonly components?: readonly Component[] | undefined;
  /** Absent if the compiler places the template for the first time. */
  readonly previous?: PreviousBinding | undefined;
}

/** Karmada's BindingSnapshot: an object that depends on another one, with its own clusters. */
export interface Referrer extends Pick<Selection, 'template' | 'policy'> {
  readonly clusters: readonly TargetCluster[];
}

/** Karmada's ResourceBinding, with the objects that it refers to. */
export interface Binding extends Selection {
  /** Distinct, ordered by name. */
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that the scheduler chose. */
  readonly affinityName?: string | undefined;
  /** Present if the scheduler could not place the object; `clusters` are then those that it keeps. */
  readonly unscheduled?: Unscheduled | undefined;
  /** Objects that depend on this one, ordered by name; absent if no object depends on it. */
  readonly requiredBy?: readonly Referrer[] | undefined;
}

/**
 * Returns all clusters of a binding's object: its own, and those of the objects that depend on it.
 *
 * Source: Karmada v1.18, pkg/controllers/binding/common.go (mergeTargetClusters).
 */
export function targetsOf({ clusters, requiredBy = [] }: Binding): readonly TargetCluster[] {
  if (requiredBy.length === 0) return clusters;
  const byName = new Map(clusters.map((target) => [target.name, target]));
  for (const target of requiredBy.flatMap((referrer) => referrer.clusters)) {
    if (!byName.has(target.name)) byName.set(target.name, target);
  }
  return [...byName.values()].sort((a, b) => byText(a.name, b.name));
}

/** Returns the object's own policy; without one, the policies of the objects that depend on it. */
function decidingPolicies({ policy, requiredBy = [] }: Binding): readonly PropagationPolicy[] {
  const policies = policy === undefined ? requiredBy.map((referrer) => referrer.policy) : [policy];
  return policies.flatMap((deciding) => (deciding === undefined ? [] : [deciding.object]));
}

/** Reports whether the syncer takes over an object that another manager created in a cluster. */
export function overwrites(binding: Binding): boolean {
  return decidingPolicies(binding).some(({ spec }) => spec.conflictResolution === 'Overwrite');
}

/** Reports whether clusters keep the object after the compiler stops rendering it for them. */
export function isPreserved(binding: Binding): boolean {
  return decidingPolicies(binding).some(({ spec }) => spec.preserveResourcesOnDeletion);
}

/** Reports whether the policy suspends dispatching to a cluster. */
export function isSuspended({ policy }: Binding, cluster: string): boolean {
  const { dispatching, dispatchingOnClusters } = policy?.object.spec.suspension ?? {};
  return dispatching || (dispatchingOnClusters?.clusterNames ?? []).includes(cluster);
}

/**
 * Returns the name of a ResourceBinding. Two kinds of one name in different groups share it.
 *
 * Source: Karmada v1.18, pkg/util/names/names.go (GenerateBindingName).
 */
export function bindingName({ kind, metadata }: KubeObject): string {
  return `${metadata.name.replaceAll(':', '.')}-${kind}`.toLowerCase();
}

/** An object as rendered for one cluster. Clusters with equal content share the same object. */
export interface ClusterObject {
  readonly cluster: string;
  readonly object: KubeObject;
  /** The placement that sends the object to this cluster. */
  readonly binding: Binding;
  /** The override rules that apply to the object on this cluster, in order. */
  readonly overrides: readonly AppliedRule[];
}

/** Returns a digest that changes with the template, for `activationPreference: Lazy`. */
export function templateDigest({ template }: Selection): string {
  return digestOf(JSON.stringify(template.variants ?? template.object));
}
