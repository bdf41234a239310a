import type { KubeObject } from '#model/object.ts';
import type { Overriders, TouchedField } from '#model/override.ts';
import { planArgs, planCommand } from './command-args.ts';
import { planField } from './field.ts';
import { planImage } from './image.ts';
import { planAnnotations, planLabels } from './labels-annotations.ts';
import { applyEntries, type Overridden, type OverrideFault } from './overrider.ts';
import { planPlaintext } from './plaintext.ts';

type Apply = (object: KubeObject, given: Overriders) => Overridden;

/** Overriders in the order in which Karmada applies them, whatever their order in the policy. */
const overriders: Readonly<Record<keyof Overriders, Apply>> = {
  imageOverrider: (o, g) => applyEntries(planImage, g.imageOverrider ?? [], o),
  commandOverrider: (o, g) => applyEntries(planCommand, g.commandOverrider ?? [], o),
  argsOverrider: (o, g) => applyEntries(planArgs, g.argsOverrider ?? [], o),
  labelsOverrider: (o, g) => applyEntries(planLabels, g.labelsOverrider ?? [], o),
  annotationsOverrider: (o, g) => applyEntries(planAnnotations, g.annotationsOverrider ?? [], o),
  fieldOverrider: (o, g) => applyEntries(planField, g.fieldOverrider ?? [], o),
  plaintext: (o, g) => applyEntries(planPlaintext, g.plaintext ?? [], o),
};

/** The result of one rule. */
export type RuleOutcome =
  | {
      readonly type: 'changed';
      readonly object: KubeObject;
      readonly touched: readonly TouchedField[];
    }
  | ({ readonly type: 'failed'; readonly entry: string } & OverrideFault);

/**
 * Applies the overriders of one rule to an object. If one of them fails, the rule changes nothing.
 *
 * @param pointer - JSON pointer to the overriders in their policy
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyPolicyOverriders).
 */
export function applyRule(object: KubeObject, given: Overriders, pointer: string): RuleOutcome {
  let changed = object;
  const fields: TouchedField[] = [];
  for (const [name, apply] of Object.entries(overriders)) {
    const outcome = apply(changed, given);
    if (outcome.type === 'failed')
      return { ...outcome, entry: `${pointer}/${name}/${outcome.entry}` };
    changed = outcome.object;
    for (const touched of outcome.touched) {
      fields.push({ entry: `${pointer}/${name}/${touched.entry}`, field: touched.pointer });
    }
  }
  const lost = lostIdentity(changed);
  if (lost === undefined) return { type: 'changed', object: changed, touched: fields };
  return {
    type: 'failed',
    entry: fields.at(-1)?.entry ?? pointer,
    message: `would have no valid ${lost}`,
    hint: 'do not override apiVersion, kind, metadata.name or metadata.namespace',
  };
}

/** Returns a field that an override removed or made invalid, and without which the API server rejects the object. */
function lostIdentity({ apiVersion, kind, metadata }: Partial<KubeObject>): string | undefined {
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion';
  if (!isName(kind)) return 'kind';
  if (!isName(metadata?.name)) return 'metadata.name';
  const { namespace } = metadata ?? {};
  return namespace === undefined || isName(namespace) ? undefined : 'metadata.namespace';
}

/** Reports whether an API server accepts the name as a path segment. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && /^(?!\.{1,2}$)[^/%\0]+$/.test(value);
}
