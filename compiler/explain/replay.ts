import type { ClusterObject } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { AppliedRule, Overriders, TouchedField } from '#model/override.ts';
import { pathOf } from '#model/pointer.ts';
import { variantFor } from '#model/source.ts';
import type { Decisions } from '../decisions.ts';
import { reviseBindings } from '../interpret/revise.ts';
import { asClaimed } from '../override/override.ts';
import { applyRule } from '../override/rule.ts';
import { valueAtPath } from './trace.ts';

/** An object as its author wrote it, and as the overrides of a cluster receive it. */
export interface Unoverridden {
  readonly given: KubeObject;
  /** The given object with the cluster's share of the replicas. */
  readonly divided: KubeObject;
}

/** Returns a rendered object before the overrides of its cluster. */
export function beforeOverrides(
  { binding, cluster }: Pick<ClusterObject, 'binding' | 'cluster'>,
  { interpreter }: Pick<Decisions, 'interpreter'>,
): Unoverridden {
  const { template } = binding;
  const given = asClaimed(variantFor(template, cluster) ?? template.object, binding);
  const revised = reviseBindings([binding], interpreter, () => {}).objects.find(
    (entry) => entry.cluster === cluster,
  );
  return { given, divided: asClaimed(revised?.object ?? given, binding) };
}

/** The effect of one entry of an overrider on an object. */
export interface ReplayedEntry {
  /** JSON pointer to the entry in its policy. */
  readonly entry: string;
  /** The fields that the entry set or removed, by their pointers into `before`. */
  readonly touched: readonly TouchedField[];
  readonly before: KubeObject;
  readonly after: KubeObject;
}

/** Applies a rule again, one entry after the other. An entry that fails is left out. */
export function replayRule(
  object: KubeObject,
  { policy, touched }: AppliedRule,
): readonly ReplayedEntry[] {
  const replayed: ReplayedEntry[] = [];
  let before = object;
  for (const [entry, fields] of Map.groupBy(touched, (field) => field.entry)) {
    const outcome = applyRule(before, overridersAt(policy.object, entry), '');
    if (outcome.type === 'failed') continue;
    replayed.push({ entry, touched: fields, before, after: outcome.object });
    before = outcome.object;
  }
  return replayed;
}

/** Returns the overriders of a policy reduced to one entry: `…/overriders/imageOverrider/0`. */
function overridersAt(policy: KubeObject, entry: string): Overriders {
  const path = pathOf(entry);
  return { [path.at(-2) ?? '']: [valueAtPath(policy, path)] };
}
