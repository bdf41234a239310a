import type { ClusterObject } from '#model/binding.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { AppliedRule, Overriders } from '#model/override.ts';
import { fieldName, pathOf } from '#model/pointer.ts';
import { asClaimed } from './override.ts';
import { applyRule } from './rule.ts';

/** The effect of an override policy on an object. */
export interface OverrideEffect {
  /** Kind and name of the policy, such as `OverridePolicy shop/mirror`. */
  readonly policy: string;
  /** Absent if the object would be another one without the policy on some cluster. */
  readonly overwrittenBy?: OverwrittenBy;
}

/** A later policy that sets what an earlier one has set. */
export interface OverwrittenBy {
  readonly policy: string;
  /** JSON pointer to the entry of the later policy. */
  readonly entry: string;
  /** Path of the field, such as `metadata.labels.tier`. */
  readonly field: string;
}

/**
 * Returns what each override policy that changes an object does to it, once for each policy.
 *
 * @param before - the same objects before the overrides, in any order
 */
export function effectsOf(
  overridden: readonly ClusterObject[],
  before: readonly ClusterObject[],
): readonly OverrideEffect[] {
  const starts = new Map(before.map((start) => [start.cluster, start]));
  const effects = new Map<string, OverrideEffect>();
  // Clusters with the same rules share the list of them.
  for (const { cluster, binding, object, overrides } of distinctOf(overridden)) {
    const start = starts.get(cluster);
    if (start === undefined) continue;
    const given = asClaimed(start.object, binding);
    for (const policy of new Set(overrides.map((rule) => rule.policy))) {
      const name = describeObject(policy.object);
      const known = effects.get(name);
      if (known !== undefined && known.overwrittenBy === undefined) continue;
      if (!overrides.some((rule) => rule.policy === policy && rule.touched.length > 0)) continue;
      effects.set(name, { policy: name, ...overwriter(policy, { given, object, overrides }) });
    }
  }
  return [...effects.values()];
}

function distinctOf(objects: readonly ClusterObject[]): readonly ClusterObject[] {
  return [...new Map(objects.map((one) => [one.overrides, one])).values()];
}

interface Overriding {
  readonly given: KubeObject;
  /** The object after all rules. */
  readonly object: KubeObject;
  readonly overrides: readonly AppliedRule[];
}

/** Returns the later policy that overwrites everything that a policy sets; undefined if the policy has an effect. */
function overwriter(
  policy: AppliedRule['policy'],
  { given, object, overrides }: Overriding,
): { readonly overwrittenBy?: OverwrittenBy } {
  const own = overrides.filter((rule) => rule.policy === policy);
  const later = overrides
    .slice(overrides.findIndex((rule) => rule.policy === policy))
    .filter((rule) => rule.policy !== policy);
  if (later.length === 0) return {};
  const overwritten = overlapOf(own, later);
  if (overwritten === undefined || selectsLater(own, later)) return {};
  const others = overrides.filter((rule) => rule.policy !== policy);
  const without = applyAll(given, others);
  if (without === undefined || JSON.stringify(without) !== JSON.stringify(object)) return {};
  return { overwrittenBy: overwritten };
}

/** Returns the first entry of later rules that touches a field which a policy has touched. */
function overlapOf(
  own: readonly AppliedRule[],
  later: readonly AppliedRule[],
): OverwrittenBy | undefined {
  const fields = own.flatMap(({ touched }) => touched.map(({ field }) => field));
  for (const { policy, touched } of later) {
    const same = touched.find(({ field }) => fields.some((other) => isWithin(other, field)));
    if (same === undefined) continue;
    const field = fieldName(pathOf(same.field));
    return { policy: describeObject(policy.object), entry: same.entry, field };
  }
  return undefined;
}

function isWithin(field: string, outer: string): boolean {
  return field === outer || field.startsWith(`${outer}/`);
}

/** Reports whether a ClusterOverridePolicy sets labels, by which an OverridePolicy may select the object. */
function selectsLater(own: readonly AppliedRule[], later: readonly AppliedRule[]): boolean {
  const isWide = own.some(({ policy }) => policy.object.metadata.namespace === undefined);
  const isNarrow = later.some(({ policy }) => policy.object.metadata.namespace !== undefined);
  const sets = own
    .flatMap(({ touched }) => touched)
    .some(({ field }) => /^\/metadata\/labels/.test(field));
  return isWide && isNarrow && sets;
}

function applyAll(object: KubeObject, rules: readonly AppliedRule[]): KubeObject | undefined {
  let current = object;
  for (const { policy, overriders } of rules) {
    const outcome = applyRule(current, overridersAt(policy.object, overriders), '');
    if (outcome.type === 'failed') return undefined;
    current = outcome.object;
  }
  return current;
}

function overridersAt(policy: KubeObject, pointer: string): Overriders {
  return pathOf(pointer).reduce<unknown>((value, key) => Object(value)[key], policy) as Overriders;
}
