import type { KubeObject } from '#model/object.ts';

/** The differences between the rendered output of two commits. */
export interface Review {
  /** Hunks by risk, the greatest first. Among equals, hunks of fewer clusters come first, because they are unusual. */
  readonly hunks: readonly Hunk[];
  /** Names of the clusters with changes. */
  readonly clusters: readonly string[];
  /** Numbers of changed objects, each counted once per cluster. */
  readonly counts: Counts;
}

/** Numbers of added, changed and removed objects. */
export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * One change, grouped over all objects and clusters to which it applies. An object that the change removes
 * from some clusters and adds to others has moved.
 */
export interface Hunk {
  readonly type: 'added' | 'changed' | 'moved' | 'removed' | 'left';
  /** Path of the file, if the change concerns a file of the repository that holds no object, such as regatta.yaml. */
  readonly file?: string | undefined;
  /** Empty if a cluster left the fleet: its objects stay there. */
  readonly objects: readonly HunkObject[];
  /** Clusters on which the change adds, changes or removes the objects; for moved objects, the destinations. */
  readonly clusters: readonly string[];
  /** Clusters that a moved object leaves. */
  readonly from: readonly string[];
  /** The changed fields; empty unless the objects changed. */
  readonly fields: readonly FieldChange[];
  readonly risks: readonly Risk[];
  /** Source lines that probably caused the change; empty if the review found none. */
  readonly causes: readonly Cause[];
}

/** An object of a hunk. */
export interface HunkObject {
  readonly reference: ObjectReference;
  /** Total replicas on the clusters of the hunk; absent for objects without replicas. */
  readonly replicas?: { readonly before: number; readonly after: number } | undefined;
  /** The content of an added object; absent for other objects. */
  readonly content?: AddedContent | undefined;
}

/** The fields of an added object on the first of its clusters. */
export interface AddedContent {
  readonly fields: readonly FieldChange[];
  /** Number of clusters of the hunk on which the object has another content. */
  readonly others: number;
}

/** Identifies an object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A changed field. An absent field has the value undefined. */
export interface FieldChange {
  /** Path of the field for display, such as `.spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A change that reviewers should check. */
export interface Risk {
  readonly code: RiskCode;
  readonly message: string;
}

/** The codes of risks, from the most to the least severe. */
export const riskCodes = [
  'settings',
  'unsourced',
  'prune-data',
  'traffic',
  'recreate',
  'takeover',
  'privilege',
  'sealed-for-any',
  'leave',
  'unplaced',
  'prune',
  'selector',
  'replicas',
  'quota',
  'image',
] as const;

/** The code of a risk. */
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
  /** Path of the file, relative to the cluster's directory. */
  readonly path: string;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
  readonly facts: ChangeFacts;
}

/** Facts about a changed file besides its contents. */
export interface ChangeFacts {
  /** Why the API server would reject the update, as whole sentences. */
  readonly refused?: readonly string[] | undefined;
  /** Why the sources do not account for the file, as a clause such as "no source renders this object". */
  readonly unsourced?: string | undefined;
  /** The reason for a takeover in the live object, as a clause such as "kubectl manages it". */
  readonly live?: string | undefined;
}
