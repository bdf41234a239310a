/** policy.karmada.io/v1alpha1 OverridePolicy and ClusterOverridePolicy, in Karmada's fields. */
import * as v from 'valibot';
import type { Json, KubeObject } from './object.ts';
import type { ClusterAffinity, ResourceSelector } from './selector.ts';
import type { Sourced } from './source.ts';

/** What an entry of an overrider does with its value. */
export type Operator = 'add' | 'remove' | 'replace';

/** Changes one part of an image reference: in every container, or in the text at `predicate.path`. */
export interface ImageOverrider {
  readonly predicate?: { readonly path: string } | undefined;
  readonly component: 'Registry' | 'Repository' | 'Tag';
  readonly operator: Operator;
  readonly value?: string | undefined;
}

/** Adds or removes items of the command or the arguments of the containers with one name. */
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

/** One operation on the JSON or YAML document that a text contains. */
export interface FieldPatch {
  /** JSON pointer into that document. */
  readonly subPath: string;
  readonly operator: Operator;
  readonly value?: Json | undefined;
}

/** Patches JSON or YAML inside a text field of the object, such as an entry of a ConfigMap. */
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

/** All overriders of one rule, by kind. */
export interface Overriders {
  readonly imageOverrider?: readonly ImageOverrider[] | undefined;
  readonly commandOverrider?: readonly CommandArgsOverrider[] | undefined;
  readonly argsOverrider?: readonly CommandArgsOverrider[] | undefined;
  readonly labelsOverrider?: readonly LabelAnnotationOverrider[] | undefined;
  readonly annotationsOverrider?: readonly LabelAnnotationOverrider[] | undefined;
  readonly fieldOverrider?: readonly FieldOverrider[] | undefined;
  readonly plaintext?: readonly PlaintextOverrider[] | undefined;
}

const operator = v.picklist(['add', 'remove', 'replace']);
const addOrRemove = v.picklist(['add', 'remove']);
// parse/json.ts has already checked that the document is JSON.
const json = v.optional(v.custom<Json>(() => true));

const commandArgs = v.array(
  v.strictObject({
    containerName: v.string(),
    operator: addOrRemove,
    value: v.optional(v.array(v.string())),
  }),
);
const labelAnnotation = v.array(
  v.strictObject({ operator, value: v.record(v.string(), v.string()) }),
);
const fieldPatches = v.array(v.strictObject({ subPath: v.string(), operator, value: json }));

/** The shape of one rule's overriders: a new overrider is an interface and an entry here. */
export const overriders: v.GenericSchema<unknown, Overriders> = v.strictObject({
  imageOverrider: v.optional(
    v.array(
      v.strictObject({
        predicate: v.optional(v.strictObject({ path: v.string() })),
        component: v.picklist(['Registry', 'Repository', 'Tag']),
        operator,
        value: v.optional(v.string()),
      }),
    ),
  ),
  commandOverrider: v.optional(commandArgs),
  argsOverrider: v.optional(commandArgs),
  labelsOverrider: v.optional(labelAnnotation),
  annotationsOverrider: v.optional(labelAnnotation),
  fieldOverrider: v.optional(
    v.array(
      v.strictObject({
        fieldPath: v.string(),
        json: v.optional(fieldPatches),
        yaml: v.optional(fieldPatches),
      }),
    ),
  ),
  plaintext: v.optional(v.array(v.strictObject({ path: v.string(), operator, value: json }))),
});

/** A rule of an override policy. */
export interface OverrideRule {
  /** The clusters of the rule; absent means every cluster. */
  readonly targetCluster?: ClusterAffinity | undefined;
  readonly overriders: Overriders;
}

/** `spec` of an override policy. */
export interface OverrideSpec {
  /** An empty list selects every object. */
  readonly resourceSelectors: readonly ResourceSelector[];
  readonly overrideRules: readonly OverrideRule[];
  /** Deprecated. With `overriders`, it forms one rule, which has an effect only without `overrideRules`. */
  readonly targetCluster?: ClusterAffinity | undefined;
  readonly overriders?: Overriders | undefined;
}

/** An OverridePolicy, which has a namespace, or a ClusterOverridePolicy, which has none. */
export interface OverridePolicy extends KubeObject {
  readonly kind: 'OverridePolicy' | 'ClusterOverridePolicy';
  readonly spec: OverrideSpec;
}

/** The changes that one rule made to an object for one cluster. */
export interface AppliedRule {
  readonly policy: Sourced<OverridePolicy>;
  /** JSON pointer to the rule's overriders in the policy. */
  readonly overriders: string;
  /** Fields that the rule set or removed, in order; empty when it changed nothing. */
  readonly touched: readonly TouchedField[];
}

/** A field that an entry of an overrider set or removed. */
export interface TouchedField {
  /** JSON pointer to the overrider's entry in the policy. */
  readonly entry: string;
  /** JSON pointer into the object before the entry, which may have changed the length of a list. */
  readonly field: string;
}
