import type { PreviousBindings, Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { FleetSettings, Repository } from '#model/fleet.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject, gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Profile, PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { agreedPolicy } from './agreed.ts';
import { reportIdleSelectors } from './idle.ts';
import { missingOverride } from './override-names.ts';
import { createPolicyIndex } from './policy-index.ts';
import { type Exclusion, propagationRules } from './propagation.ts';
import { reportShadowed } from './shadowed.ts';

/** The templates, by the result of the selection. */
export interface Selected {
  /** Templates that a policy selects, and Namespaces that go to all clusters without a policy. */
  readonly selections: readonly Selection[];
  /**
   * Templates that no policy selects. They include Namespaces that go to all clusters.
   */
  readonly unmatched: readonly Sourced[];
  readonly skipped: readonly Sourced[];
  readonly waiting: readonly Waiting[];
}

/** A template that a policy selects but that the compiler cannot place yet. */
export interface Waiting {
  readonly template: Sourced;
  readonly policy: Sourced<PropagationPolicy>;
  readonly message: string;
}

/** What decides the selection besides templates and policies. */
export interface SelectRules {
  readonly profile: Profile;
  readonly settings: FleetSettings;
  readonly previous: PreviousBindings;
}

/**
 * Finds the policy of every resource template. Warns of templates that Karmada never propagates. A Namespace
 * without a policy goes to all clusters.
 */
export function selectPolicies(
  repository: Pick<Repository, 'templates' | 'policies' | 'overrides'>,
  { profile, settings, previous }: SelectRules,
  report: Report,
): Selected {
  const { templates, policies, overrides } = repository;
  reportIdleSelectors([...policies, ...overrides], templates, report);
  const { skipped, notEverywhere } = propagationRules(settings, profile);
  const policyOf = createPolicyIndex(policies, profile, settings.featureGates);
  const lacking = missingOverride(overrides, report);
  const result = nothingSelected();
  for (const template of templates) {
    const { object } = template;
    const exclusion = skipped(object);
    if (exclusion !== undefined) {
      result.skipped.push(template);
      if (goesEverywhere(object)) result.selections.push({ template });
      else reportNever(template, exclusion, report);
      continue;
    }
    const before = previous.get(keyOf(object));
    const policy = agreedPolicy(template, (form) => policyOf(form, before?.policy), report);
    if (policy !== undefined) {
      const message = lacking(policy);
      if (message === undefined) result.selections.push({ template, policy, previous: before });
      else result.waiting.push({ template, policy, message });
      continue;
    }
    result.unmatched.push(template);
    if (goesEverywhere(object)) result.selections.push({ template });
    else if (isNamespace(object)) reportNever(template, notEverywhere(object), report);
  }
  reportShadowed(policies, [...result.selections, ...result.waiting], report);
  return result;

  /** Independent of `skipped`, because Karmada propagates Namespaces with a separate controller. */
  function goesEverywhere(object: KubeObject): boolean {
    return isNamespace(object) && notEverywhere(object) === undefined;
  }
}

function nothingSelected(): {
  readonly selections: Selection[];
  readonly unmatched: Sourced[];
  readonly skipped: Sourced[];
  readonly waiting: Waiting[];
} {
  return { selections: [], unmatched: [], skipped: [], waiting: [] };
}

function reportNever(
  { object, at }: Sourced,
  { reason, hint }: Exclusion = { reason: '' },
  report: Report,
): void {
  report({
    code: 'select/never-propagated',
    severity: 'warning',
    message: `${describeObject(object)} is not propagated: ${reason}`,
    at: at(''),
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Warns of templates that neither a policy nor a dependency places.
 *
 * @param placed - keys of all other templates
 * @param kinds - Kubernetes' own kinds, each as `group/Kind`
 */
export function reportUnmatched(
  unmatched: readonly Sourced[],
  { placed, kinds }: { readonly placed: ReadonlySet<ObjectKey>; readonly kinds: readonly string[] },
  report: Report,
): void {
  for (const template of unmatched) {
    if (isNamespace(template.object) || placed.has(keyOf(template.object))) continue;
    report({
      code: 'select/no-policy',
      severity: 'warning',
      message: `${describeObject(template.object)} is not propagated: no policy selects it`,
      at: template.at(''),
      hint: misspeltKind(template.object, kinds) ?? unselected,
    });
  }
}

const unselected =
  'select it in a PropagationPolicy of its namespace or in a ClusterPropagationPolicy';

/** Returns a question for a kind that Kubernetes' own API group lacks, and that is near to one of its kinds. */
function misspeltKind(object: KubeObject, kinds: readonly string[]): string | undefined {
  const { group, kind } = gvkOf(object);
  if (kinds.includes(`${group}/${kind}`)) return undefined;
  const near = kinds.flatMap((type) =>
    type.startsWith(`${group}/`) ? [type.slice(group.length + 1)] : [],
  );
  const meant = nearestWord(kind, near);
  return meant === undefined ? undefined : `did you mean the kind ${meant}?`;
}

function isNamespace(object: KubeObject): boolean {
  return object.kind === 'Namespace' && gvkOf(object).group === '';
}
