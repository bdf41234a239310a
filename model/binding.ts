/** What was decided for one resource template: its policy, its clusters and their replicas. */
import { digestOf } from './files.ts';
import { byText, type KubeObject } from './object.ts';
import type { AppliedRule } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import type { Component, ReplicaRequirements } from './replica-requirements.ts';
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

/** A document of `bindings/`: what was decided, and what its reader asks of the next decision. */
export interface PreviousBinding extends PreviousResult {
  /** The policy that it followed: `namespace/name`, or the name of a ClusterPropagationPolicy. */
  readonly policy?: string | undefined;
  /** What was decided is to stay as it is. */
  readonly isSuspended: boolean;
  /** Digest of the template that it was decided for; kept under `activationPreference: Lazy`. */
  readonly template?: string | undefined;
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
  /** By cluster, the replicas of each variant of the template that is not divided. */
  readonly variantReplicas?: ReadonlyMap<string, number> | undefined;
  /** What each of them needs; absent when that is nothing. */
  readonly replicaRequirements?: ReplicaRequirements | undefined;
  /** What it is made of when it is placed as a whole, yet needs room. */
  readonly components?: readonly Component[] | undefined;
  /** Absent for what is placed for the first time. */
  readonly previous?: PreviousBinding | undefined;
}

/** Karmada's BindingSnapshot: an object that needs another one beside it, and where it is. */
export interface Referrer extends Pick<Selection, 'template' | 'policy'> {
  readonly clusters: readonly TargetCluster[];
}

/** Karmada's ResourceBinding, with the objects that it refers to. */
export interface Binding extends Selection {
  /** In the order of their names, each once. */
  readonly clusters: readonly TargetCluster[];
  /** The term of `clusterAffinities` that was taken. */
  readonly affinityName?: string | undefined;
  /** Present when it could not be placed: then `clusters` are those that it keeps. */
  readonly unscheduled?: Unscheduled | undefined;
  /** What needs it beside it, in the order of their names; absent when nothing does. */
  readonly requiredBy?: readonly Referrer[] | undefined;
}

/**
 * All clusters that a binding's object goes to: its own, and those of what needs it.
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

/** The policy decides on an object; where it has none, what needs it does. */
function decidingPolicies({ policy, requiredBy = [] }: Binding): readonly PropagationPolicy[] {
  const policies = policy === undefined ? requiredBy.map((referrer) => referrer.policy) : [policy];
  return policies.flatMap((deciding) => (deciding === undefined ? [] : [deciding.object]));
}

/** Whether an object that somebody else has made in a cluster is taken over. */
export function overwrites(binding: Binding): boolean {
  return decidingPolicies(binding).some(({ spec }) => spec.conflictResolution === 'Overwrite');
}

/** Whether clusters keep the object when it is no longer to be there. */
export function isPreserved(binding: Binding): boolean {
  return decidingPolicies(binding).some(({ spec }) => spec.preserveResourcesOnDeletion);
}

/** Whether what a cluster has is to stay as it is. */
export function isSuspended({ policy }: Binding, cluster: string): boolean {
  const { dispatching, dispatchingOnClusters } = policy?.object.spec.suspension ?? {};
  return dispatching || (dispatchingOnClusters?.clusterNames ?? []).includes(cluster);
}

/**
 * What a ResourceBinding is called: the same for two kinds of one name in different groups.
 *
 * Source: Karmada v1.18, pkg/util/names/names.go (GenerateBindingName).
 */
export function bindingName({ kind, metadata }: KubeObject): string {
  return `${metadata.name.replaceAll(':', '.')}-${kind}`.toLowerCase();
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

/** What changes when a template does; `activationPreference: Lazy` asks. */
export function templateDigest({ template }: Selection): string {
  return digestOf(JSON.stringify(template.variants ?? template.object));
}
