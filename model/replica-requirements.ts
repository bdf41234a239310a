/** What a workload asks of the clusters that it may go to, in Karmada's fields. */
import type { ResourceList } from './cluster.ts';
import type { Toleration } from './policy.ts';
import type { SelectorRequirement } from './selector.ts';

/** One term of a node selector: all of it must hold. */
interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorRequirement[] | null | undefined;
  readonly matchFields?: readonly SelectorRequirement[] | null | undefined;
}

/** What a pod demands of its node. */
export interface NodeClaim {
  /** Required affinity: one of its terms must hold. */
  readonly hardNodeAffinity?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
}

/** What each replica needs. */
export interface ReplicaRequirements {
  readonly nodeClaim?: NodeClaim;
  /** Of what schedulers count, and above 0: each as Kubernetes prints it. */
  readonly resourceRequest?: ResourceList;
  readonly namespace?: string;
  readonly priorityClassName?: string;
}

/** One of several kinds of pods that make up a workload. */
export interface Component {
  readonly name: string;
  readonly replicas: number;
  readonly replicaRequirements?: ReplicaRequirements | undefined;
}

/** How many replicas a template asks for, and what each needs. */
export interface Replicas {
  /** 0 for what is no workload. */
  readonly replicas: number;
  readonly replicaRequirements?: ReplicaRequirements | undefined;
  /** Instead of replicas, for what is placed as a whole but needs room for all of these. */
  readonly components?: readonly Component[] | undefined;
}

/** Whether replicas are placed, rather than the object as a whole. */
export function isWorkload({ replicas, replicaRequirements }: Replicas): boolean {
  return replicas > 0 || replicaRequirements !== undefined;
}
