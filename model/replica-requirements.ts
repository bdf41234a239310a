/** Replicas of a workload and their requirements, in Karmada's fields. */
import type { ResourceList } from './cluster.ts';
import type { Toleration } from './policy.ts';
import type { SelectorRequirement } from './selector.ts';

/** A term of a node selector. All of its expressions must match. */
interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorRequirement[] | null | undefined;
  readonly matchFields?: readonly SelectorRequirement[] | null | undefined;
}

/** Requirements of a pod on its node. */
export interface NodeClaim {
  /** Required node affinity. One of its terms must match. */
  readonly hardNodeAffinity?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
}

/** Requirements of each replica. */
export interface ReplicaRequirements {
  readonly nodeClaim?: NodeClaim;
  /** Requests above 0 of the resources that schedulers count, in Kubernetes' canonical form. */
  readonly resourceRequest?: ResourceList;
  readonly namespace?: string;
  readonly priorityClassName?: string;
}

/** One of several groups of pods in a workload. */
export interface Component {
  readonly name: string;
  readonly replicas: number;
  readonly replicaRequirements?: ReplicaRequirements | undefined;
}

/** Number of replicas that a template requests, with their requirements. */
export interface Replicas {
  /** 0 if the object is not a workload. */
  readonly replicas: number;
  readonly replicaRequirements?: ReplicaRequirements | undefined;
  /** Set instead of replicas for a workload that the scheduler places as a whole, with capacity for all components. */
  readonly components?: readonly Component[] | undefined;
}

/** Reports whether the scheduler places replicas, rather than the object as a whole. */
export function isWorkload({ replicas, replicaRequirements }: Replicas): boolean {
  return replicas > 0 || replicaRequirements !== undefined;
}
