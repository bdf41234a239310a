/** What was decided for one resource template: its policy, its clusters and their replicas. */
import type { KubeObject } from './object.ts';
import type { PropagationPolicy } from './policy.ts';
import type { Sourced } from './source.ts';

/** One cluster's share. */
export interface TargetCluster {
  readonly name: string;
  /** Absent for what has no replicas to place. */
  readonly replicas?: number | undefined;
}

/** Karmada's ResourceBinding, with the objects that it refers to. */
export interface Binding {
  readonly template: Sourced;
  /** Absent for what goes to clusters without a policy, as Namespaces do. */
  readonly policy?: Sourced<PropagationPolicy> | undefined;
  /** Replicas that the template asks for in all; absent when its kind has none. */
  readonly replicas?: number | undefined;
  /** In the order of their names, each once. */
  readonly clusters: readonly TargetCluster[];
}

/** An object as one cluster is to have it. */
export interface ClusterObject {
  readonly cluster: string;
  readonly object: KubeObject;
}
