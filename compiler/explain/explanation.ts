import type { TargetCluster, Unscheduled } from '#model/binding.ts';
import type { ResourceList } from '#model/cluster.ts';
import type { Position } from '#model/diagnostic.ts';
import type { Division } from '../place/divide.ts';
import type { RegionScore } from '../place/region.ts';

/** Why one object is where it is, and as it is. */
export interface Explanation {
  /** `Deployment shop/web` */
  readonly object: string;
  readonly at: Position;
  /** Why it goes nowhere, or everywhere, whatever the policies say. */
  readonly regardless?: string | undefined;
  /** All that could place it: those that select it first, the one that does at the top. */
  readonly policies: readonly PolicyVerdict[];
  /** Its affinities, as far as they were tried. */
  readonly attempts: readonly AttemptVerdict[];
  readonly placement: PlacementVerdict;
  readonly requiredBy: readonly RequirementVerdict[];
  /** In the order of the clusters; one that it cannot be made for is missing. */
  readonly objects: readonly ObjectVerdict[];
  /** Why it cannot be made for some. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly reason: string;
  readonly at: Position;
}

export interface PolicyVerdict {
  /** `PropagationPolicy shop/web` */
  readonly policy: string;
  readonly outcome: 'won' | 'lost' | 'no match';
  readonly reason: string;
  /** The field of the policy that decided. */
  readonly at: Position;
}

/** What came of one affinity of the policy. */
export interface AttemptVerdict {
  /** `clusterAffinity`, `clusterAffinities[0]` */
  readonly affinity: string;
  readonly name?: string | undefined;
  readonly at: Position;
  /** In the order of their names. */
  readonly clusters: readonly ClusterVerdict[];
  /** Where regions counted. */
  readonly regions?: readonly RegionScore[] | undefined;
  /** How replicas were divided; none for what has none. */
  readonly divisions: readonly DivisionVerdict[];
  readonly failure?: Unscheduled | undefined;
}

export interface ClusterVerdict {
  readonly cluster: string;
  /** `passed over`: it fits, but others are taken; `fits`: nothing came of the affinity. */
  readonly outcome: 'taken' | 'passed over' | 'fits' | 'out';
  /** What let it in or kept it out, by Karmada's name. */
  readonly plugin: string;
  readonly reason: string;
  /** The field of the policy that says so. */
  readonly at: Position;
  /** What else it goes by: what tolerates its taints, or the field of the cluster. */
  readonly also: readonly Evidence[];
  /** How many more replicas it has room for, where that counted. */
  readonly room?: number | undefined;
  /** What there is too little of for one more. */
  readonly limitedBy?: string | undefined;
}

/** A field that speaks for a cluster or against it. */
export interface Evidence {
  readonly plugin: string;
  readonly reason: string;
  readonly at: Position;
}

/** How replicas were divided, with what it takes to check it by hand. */
export interface DivisionVerdict extends Division {
  /** Of `replicaScheduling`, or of the placement when it has none. */
  readonly at: Position;
  readonly shares: readonly ShareVerdict[];
  /** Clusters with equal claims to the last replica: fewer seats go first, then the name decides. */
  readonly tie?: { readonly claim: number; readonly clusters: readonly string[] } | undefined;
}

export type ShareVerdict = Division['shares'][number] & {
  /** What a division without a remainder would give. */
  readonly exact?: number;
  /** The claim by which it got its last replica; absent when it got none. */
  readonly lastClaim?: number;
  /** Its claim to one more. */
  readonly nextClaim?: number;
  /** Where its weight stands. */
  readonly at?: Position;
};

export interface PlacementVerdict {
  readonly clusters: readonly TargetCluster[];
  /** What was decided before. */
  readonly before?: readonly TargetCluster[] | undefined;
  /** Replicas that the template asks for in all. */
  readonly replicas?: number | undefined;
  /** What each of them needs, by resource. */
  readonly requests?: ResourceList | undefined;
  /** Of a Job that is divided: its completions by cluster, in proportion to the replicas there. */
  readonly completions?: Readonly<Record<string, number>> | undefined;
  /** Why nothing was decided anew. */
  readonly kept?: string | undefined;
  readonly unscheduled?: Unscheduled | undefined;
}

/** An object that needs this one beside it. */
export interface RequirementVerdict {
  readonly object: string;
  readonly at: Position;
  /** Where its policy says `propagateDeps`. */
  readonly by?: Position | undefined;
  readonly clusters: readonly string[];
}

/** The object on one cluster. */
export interface ObjectVerdict {
  readonly cluster: string;
  readonly overrides: readonly OverrideVerdict[];
  /** Images that `regatta.lock` has put digests behind. */
  readonly images: readonly ImageVerdict[];
}

export interface ImageVerdict {
  /** `registry.example/web:1.4.0` */
  readonly image: string;
  readonly digest: string;
  /** The entry of the lock. */
  readonly at: Position;
}

/** One rule of an override policy that speaks of the object and the cluster. */
export interface OverrideVerdict {
  /** `OverridePolicy shop/mirror` */
  readonly policy: string;
  readonly at: Position;
  /** None when it found nothing to change. */
  readonly fields: readonly OverriddenField[];
}

export interface OverriddenField {
  /** `spec.template.spec.containers[0].image` */
  readonly field: string;
  /** The overrider's entry. */
  readonly at: Position;
}
