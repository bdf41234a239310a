import type { KubeObject } from '#model/object.ts';

/** The differences between the rendered output of two commits. */
export interface Review {
  /** Ordered by risk, the greatest first; among equals, hunks of fewer clusters first, because they are unusual. */
  readonly hunks: readonly Hunk[];
  /** Names of the clusters with changes. */
  readonly clusters: readonly string[];
  /** Numbers of changed objects, each counted once per cluster. */
  readonly counts: Counts;
}

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * One change, grouped over all objects and clusters that it applies to. An object that is removed
 * from some clusters and added to others in the same change has moved.
 */
export interface Hunk {
  readonly type: 'added' | 'changed' | 'moved' | 'removed';
  readonly objects: readonly HunkObject[];
  /** Clusters where the objects are added, changed or removed; for moved objects, the destinations. */
  readonly clusters: readonly string[];
  /** Clusters that a moved object leaves. */
  readonly from: readonly string[];
  readonly fields: readonly FieldChange[];
  readonly risks: readonly Risk[];
  /** Source lines that caused the change, as far as known. */
  readonly causes: readonly Cause[];
}

/** An object of a hunk. */
export interface HunkObject {
  readonly reference: ObjectReference;
  /** Total replicas on the clusters of the hunk; absent for objects without replicas. */
  readonly replicas?: { readonly before: number; readonly after: number } | undefined;
}

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A changed field. An absent field has the value undefined. */
export interface FieldChange {
  /** `.spec.template.spec.containers[name=web].image` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A change that reviewers should check. */
export interface Risk {
  readonly code: RiskCode;
  readonly message: string;
}

/** Ordered from the most to the least severe. */
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

/** A line of a source file. */
export interface Cause {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** An object on one cluster before and after a change. */
export interface Transition {
  readonly cluster: string;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
  /** Why the API server would reject the update, as whole sentences. */
  readonly refused?: readonly string[] | undefined;
}
