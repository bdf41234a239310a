import type { TargetCluster, Unscheduled } from '#model/binding.ts';
import type { ResourceList } from '#model/cluster.ts';
import type { Position } from '#model/diagnostic.ts';
import type { Division } from '../place/divide.ts';
import type { RegionScore } from '../place/region.ts';

/** The explanation of one object's placement and content. */
export interface Explanation {
  /** Kind and name of the object, such as `Deployment shop/web`. */
  readonly object: string;
  readonly at: Position;
  /** Why the object goes nowhere or everywhere, regardless of the policies. */
  readonly regardless?: string | undefined;
  /** All policies that could select the object: the winner first, then the others that match. */
  readonly policies: readonly PolicyVerdict[];
  /** The affinities that the scheduler tried, in order. */
  readonly attempts: readonly AttemptVerdict[];
  readonly placement: PlacementVerdict;
  readonly requiredBy: readonly RequirementVerdict[];
  /** Ordered by cluster, without clusters for which the compiler cannot render the object. */
  readonly objects: readonly ObjectVerdict[];
  /** Why the compiler cannot render the object for some clusters. */
  readonly faults: readonly ObjectFailure[];
}

/** Why the compiler cannot render an object. */
export interface ObjectFailure {
  readonly reason: string;
  readonly at: Position;
}

/** Why a policy claims the object or does not. */
export interface PolicyVerdict {
  /** Kind and name of the policy, such as `PropagationPolicy shop/web`. */
  readonly policy: string;
  readonly outcome: 'won' | 'lost' | 'no match';
  readonly reason: string;
  /** The policy field that decided. */
  readonly at: Position;
}

/** The result of one affinity of the policy. */
export interface AttemptVerdict {
  /** The field of the policy, such as `clusterAffinity` or `clusterAffinities[0]`. */
  readonly affinity: string;
  readonly name?: string | undefined;
  readonly at: Position;
  /** Ordered by name. */
  readonly clusters: readonly ClusterVerdict[];
  /** Present if the policy spreads by region. */
  readonly regions?: readonly RegionScore[] | undefined;
  /** Divisions of replicas; empty for objects without replicas. */
  readonly divisions: readonly DivisionVerdict[];
  readonly failure?: Unscheduled | undefined;
}

/** Why a cluster gets the object or does not. */
export interface ClusterVerdict {
  readonly cluster: string;
  /**
   * `taken` means that the cluster gets the object. `passed over` means that the cluster fits, but the scheduler
   * selected others or gave it no replicas. `fits` means that the cluster fits, but the affinity failed as a whole. `out`
   * means that the filters reject the cluster.
   */
  readonly outcome: 'taken' | 'passed over' | 'fits' | 'out';
  /** Karmada's name of the plugin that accepted or rejected the cluster. */
  readonly plugin: string;
  readonly reason: string;
  /** The policy field behind the reason. */
  readonly at: Position;
  /** Further fields behind the outcome: tolerations of its taints, or a field of the cluster. */
  readonly also: readonly Evidence[];
  /** Allocatable replicas; absent if placement ignored capacity. */
  readonly allocatable?: number | undefined;
  /** The resource that is too scarce for one more replica. */
  readonly limitedBy?: string | undefined;
}

/** A field that accepts or rejects a cluster. */
export interface Evidence {
  readonly plugin: string;
  readonly reason: string;
  readonly at: Position;
}

/** A division of replicas, with the figures that verify it. */
export interface DivisionVerdict extends Division {
  /** Position of `replicaScheduling`, or of the placement if that field is missing. */
  readonly at: Position;
  readonly shares: readonly ShareVerdict[];
  /** Clusters with equal claims to the last replica. Fewer seats win, then the name decides. */
  readonly tie?: { readonly claim: number; readonly clusters: readonly string[] } | undefined;
}

/** A cluster's share of a division, with the figures that verify it. */
export type ShareVerdict = Division['shares'][number] & {
  /** Exact share before rounding. */
  readonly exact?: number;
  /** The claim with which the cluster got its last replica; absent if it got no replica. */
  readonly lastClaim?: number;
  /** The cluster's claim to one more replica. */
  readonly nextClaim?: number;
  /** Position of the cluster's weight. */
  readonly at?: Position;
};

/** The clusters and replicas of the object. */
export interface PlacementVerdict {
  readonly clusters: readonly TargetCluster[];
  /** The previous placement. */
  readonly before?: readonly TargetCluster[] | undefined;
  /** Total replicas that the template requests. */
  readonly replicas?: number | undefined;
  /** Requests of each replica, by resource. */
  readonly requests?: ResourceList | undefined;
  /** Completions of a divided Job by cluster, in proportion to its replicas. */
  readonly completions?: Readonly<Record<string, number>> | undefined;
  /** Why the object keeps its previous placement; absent if the scheduler decided again. */
  readonly kept?: string | undefined;
  readonly unscheduled?: Unscheduled | undefined;
}

/** An object that depends on this one. */
export interface RequirementVerdict {
  readonly object: string;
  readonly at: Position;
  /** Position of `propagateDeps` in its policy. */
  readonly by?: Position | undefined;
  readonly clusters: readonly string[];
}

/** The object on one cluster. */
export interface ObjectVerdict {
  readonly cluster: string;
  readonly overrides: readonly OverrideVerdict[];
  /** Images that `regatta.lock` pins. */
  readonly images: readonly ImageVerdict[];
}

/** An image that `regatta.lock` pins. */
export interface ImageVerdict {
  /** The image as the author wrote it, such as `registry.example/web:1.4.0`. */
  readonly image: string;
  readonly digest: string;
  /** The entry of the lock. */
  readonly at: Position;
}

/** A rule of an override policy that applies to the object on the cluster. */
export interface OverrideVerdict {
  /** Kind and name of the policy, such as `OverridePolicy shop/mirror`. */
  readonly policy: string;
  readonly at: Position;
  /** Empty if the rule changed nothing. */
  readonly fields: readonly OverriddenField[];
}

/** A field that a rule set or removed. */
export interface OverriddenField {
  /** Path of the field, such as `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** The overrider's entry. */
  readonly at: Position;
  /**
   * The values before and after the entry, without those that are or look secret. A field that does not exist has
   * the value undefined.
   */
  readonly before?: unknown;
  readonly after?: unknown;
}
