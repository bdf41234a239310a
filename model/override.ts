/** policy.karmada.io/v1alpha1 OverridePolicy and ClusterOverridePolicy, in Karmada's fields. */
import type { Json, KubeObject } from './object.ts';
import type { ClusterAffinity, ResourceSelector } from './selector.ts';
import type { Sourced } from './source.ts';

export type Operator = 'add' | 'remove' | 'replace';

/** Changes a part of image references: of every container, or of the text at `predicate.path`. */
export interface ImageOverrider {
  readonly predicate?: { readonly path: string } | undefined;
  readonly component: 'Registry' | 'Repository' | 'Tag';
  readonly operator: Operator;
  readonly value?: string | undefined;
}

/** Adds to or removes from the command or the arguments of the containers of one name. */
export interface CommandArgsOverrider {
  readonly containerName: string;
  readonly operator: 'add' | 'remove';
  readonly value?: readonly string[] | undefined;
}

/** Changes labels or annotations. */
export interface LabelAnnotationOverrider {
  readonly operator: Operator;
  readonly value: Readonly<Record<string, string>>;
}

/** One change to JSON or YAML inside a text. */
export interface FieldPatch {
  /** JSON pointer into the document that the text holds. */
  readonly subPath: string;
  readonly operator: Operator;
  readonly value?: Json | undefined;
}

/** Patches JSON or YAML that stands in a text of the object, such as a ConfigMap's entry. */
export interface FieldOverrider {
  readonly fieldPath: string;
  readonly json?: readonly FieldPatch[] | undefined;
  readonly yaml?: readonly FieldPatch[] | undefined;
}

/** One operation of a JSON patch on the object. */
export interface PlaintextOverrider {
  readonly path: string;
  readonly operator: Operator;
  readonly value?: Json | undefined;
}

export interface Overriders {
  readonly imageOverrider?: readonly ImageOverrider[] | undefined;
  readonly commandOverrider?: readonly CommandArgsOverrider[] | undefined;
  readonly argsOverrider?: readonly CommandArgsOverrider[] | undefined;
  readonly labelsOverrider?: readonly LabelAnnotationOverrider[] | undefined;
  readonly annotationsOverrider?: readonly LabelAnnotationOverrider[] | undefined;
  readonly fieldOverrider?: readonly FieldOverrider[] | undefined;
  readonly plaintext?: readonly PlaintextOverrider[] | undefined;
}

export interface OverrideRule {
  /** Absent means every cluster. */
  readonly targetCluster?: ClusterAffinity | undefined;
  readonly overriders: Overriders;
}

export interface OverrideSpec {
  /** Empty means every object. */
  readonly resourceSelectors: readonly ResourceSelector[];
  readonly overrideRules: readonly OverrideRule[];
  /** Deprecated pair: one rule, heeded only when there are no `overrideRules`. */
  readonly targetCluster?: ClusterAffinity | undefined;
  readonly overriders?: Overriders | undefined;
}

/** An OverridePolicy (it has a namespace) or a ClusterOverridePolicy (it has none). */
export interface OverridePolicy extends KubeObject {
  readonly kind: 'OverridePolicy' | 'ClusterOverridePolicy';
  readonly spec: OverrideSpec;
}

/** What one rule did to an object on its way to a cluster. */
export interface AppliedRule {
  readonly policy: Sourced<OverridePolicy>;
  /** JSON pointer to the rule's overriders in the policy. */
  readonly overriders: string;
  /** The fields it set or removed, in this order; none when it found nothing to change. */
  readonly touched: readonly TouchedField[];
}

export interface TouchedField {
  /** JSON pointer to the overrider's entry in the policy. */
  readonly entry: string;
  /** JSON pointer into the object as the entry found it; a list may be shorter or longer after it. */
  readonly field: string;
}
