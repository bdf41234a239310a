import type { KubeObject } from '#model/object.ts';
import type { Overriders, TouchedField } from '#model/override.ts';
import { planArgs, planCommand } from './command-args.ts';
import { planField } from './field.ts';
import { planImage } from './image.ts';
import { planAnnotations, planLabels } from './labels-annotations.ts';
import { carryOut, type Overridden, type OverrideFault } from './overrider.ts';
import { planPlaintext } from './plaintext.ts';

/** In the order in which a rule's overriders are carried out, whatever their order in the policy. */
const overriders: readonly {
  readonly name: keyof Overriders;
  readonly apply: (object: KubeObject, given: Overriders) => Overridden;
}[] = [
  { name: 'imageOverrider', apply: (o, g) => carryOut(planImage, g.imageOverrider ?? [], o) },
  { name: 'commandOverrider', apply: (o, g) => carryOut(planCommand, g.commandOverrider ?? [], o) },
  { name: 'argsOverrider', apply: (o, g) => carryOut(planArgs, g.argsOverrider ?? [], o) },
  { name: 'labelsOverrider', apply: (o, g) => carryOut(planLabels, g.labelsOverrider ?? [], o) },
  {
    name: 'annotationsOverrider',
    apply: (o, g) => carryOut(planAnnotations, g.annotationsOverrider ?? [], o),
  },
  { name: 'fieldOverrider', apply: (o, g) => carryOut(planField, g.fieldOverrider ?? [], o) },
  { name: 'plaintext', apply: (o, g) => carryOut(planPlaintext, g.plaintext ?? [], o) },
];

export type RuleOutcome =
  | {
      readonly type: 'changed';
      readonly object: KubeObject;
      readonly touched: readonly TouchedField[];
    }
  | ({ readonly type: 'failed'; readonly entry: string } & OverrideFault);

/**
 * Changes an object as a rule's overriders say; either all of them hold or nothing is kept.
 * `pointer` is where in their policy the overriders stand.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyPolicyOverriders).
 */
export function applyRule(object: KubeObject, given: Overriders, pointer: string): RuleOutcome {
  let changed = object;
  const fields: TouchedField[] = [];
  for (const { name, apply } of overriders) {
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
    message: `would have no usable ${lost}`,
    hint: 'leave what names the object as it is',
  };
}

/** What an object needs to be sent to a cluster and kept in a file, and this one has not. */
function lostIdentity({ apiVersion, kind, metadata }: Partial<KubeObject>): string | undefined {
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion';
  if (!isName(kind)) return 'kind';
  if (!isName(metadata?.name)) return 'metadata.name';
  const { namespace } = metadata ?? {};
  return namespace === undefined || isName(namespace) ? undefined : 'metadata.namespace';
}

/** What an API server takes as a part of a path. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && /^(?!\.{1,2}$)[^/%\0]+$/.test(value);
}
