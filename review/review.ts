import type { KubeObject } from '#model/object.ts';

/** What two commits render differently, for people to judge. */
export interface Review {
  /** The riskiest first; among equals the one of fewer clusters, because it is the odd one. */
  readonly hunks: readonly Hunk[];
  /** Clusters that something changes on. */
  readonly clusters: readonly string[];
  /** Rendered files: objects, counted once for each cluster. */
  readonly counts: Counts;
}

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * One change, told once for all the objects and clusters that it is the same for. What leaves some
 * clusters and comes to others at once has moved.
 */
export interface Hunk {
  readonly type: 'added' | 'changed' | 'moved' | 'removed';
  readonly objects: readonly HunkObject[];
  /** Where it changes or comes to; for what is removed, where it was. */
  readonly clusters: readonly string[];
  /** Where what has moved was. */
  readonly from: readonly string[];
  readonly fields: readonly FieldChange[];
  readonly risks: readonly Risk[];
  /** The lines of the sources that caused it, as far as that is known. */
  readonly causes: readonly Cause[];
}

/** An object of a hunk. */
export interface HunkObject {
  readonly reference: ObjectReference;
  /** Summed over the clusters of the hunk; absent for what has none. */
  readonly replicas?: { readonly before: number; readonly after: number } | undefined;
}

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A field that is not as it was; undefined is the value of one that is not there. */
export interface FieldChange {
  /** `.spec.template.spec.containers[name=web].image` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Something to look at twice. */
export interface Risk {
  readonly code: RiskCode;
  readonly message: string;
}

/** From the one that can lose most to the one that can lose least. */
export const riskCodes = [
  'prune-data',
  'recreate',
  'privilege',
  'prune',
  'selector',
  'replicas',
  'quota',
  'image',
] as const;

export type RiskCode = (typeof riskCodes)[number];

/** A line of a source. */
export interface Cause {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** An object before and after, on one cluster. */
export interface Transition {
  readonly cluster: string;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
  /** Why the API server would refuse to update the one to the other, in whole sentences. */
  readonly refused?: readonly string[] | undefined;
}
