import { type Binding, targetsOf } from '#model/binding.ts';
import { listClusters } from '#model/cluster-names.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import { byText, describeObject } from '#model/object.ts';
import type { OverridePolicy } from '#model/override.ts';
import { formsOf, type Sourced } from '#model/source.ts';
import type { OverrideEffect, OverwrittenBy } from './effects.ts';
import { createMatcher, type PolicyRules, rulesOf } from './policies.ts';

type Policy = Sourced<OverridePolicy>;

/** Notes each override policy that changes no object: because of later ones, or because of its clusters. */
export function reportIdleOverrides(
  { overrides, clusters }: Pick<Repository, 'overrides' | 'clusters'>,
  bindings: readonly Binding[],
  effects: readonly OverrideEffect[],
  report: Report,
): void {
  if (overrides.length === 0) return;
  const byPolicy = Map.groupBy(effects, ({ policy }) => policy);
  const byName = new Map(overrides.map((policy) => [describeObject(policy.object), policy]));
  for (const [name, policy] of byName) {
    const by = byPolicy.get(name)?.map(({ overwrittenBy }) => overwrittenBy) ?? [];
    const [first] = by;
    if (first !== undefined && !by.includes(undefined)) {
      report(overwritten(policy, first, byName.get(first.policy)));
    }
  }
  const untouched = overrides.filter(({ object }) => !byPolicy.has(describeObject(object)));
  const members = clusters.map(({ object }) => object);
  for (const entry of rulesOf(untouched, members)) {
    const placed = placedBy(entry, bindings);
    const isTargeted = placed.some((name) => entry.rules.some((rule) => rule.clusters.has(name)));
    if (placed.length > 0 && !isTargeted) report(withoutCluster(entry.policy, placed));
  }
}

/** Returns the names of the clusters that get an object which a policy selects. */
function placedBy(entry: PolicyRules, bindings: readonly Binding[]): readonly string[] {
  const { namespace } = entry.policy.object.metadata;
  const matching = createMatcher([entry]);
  const selected = bindings.filter(({ template }) =>
    formsOf(template).some((form) => {
      const reaches = namespace === undefined || namespace === form.metadata.namespace;
      return reaches && matching(form).length > 0;
    }),
  );
  return [...new Set(selected.flatMap(targetsOf).map(({ name }) => name))].sort(byText);
}

function overwritten(policy: Policy, by: OverwrittenBy, later: Policy | undefined): Diagnostic {
  const related = { message: `${by.policy} sets ${by.field} later` };
  return {
    code: 'override/no-effect',
    severity: 'note',
    message: `${describeObject(policy.object)} has no effect: later policies overwrite everything that it sets`,
    at: policy.at(''),
    ...(later !== undefined && { related: [{ ...related, at: later.at(by.entry) }] }),
    hint: `remove it, or narrow spec.resourceSelectors or targetCluster of ${by.policy}`,
  };
}

function withoutCluster(policy: Policy, placed: readonly string[]): Diagnostic {
  return {
    code: 'override/no-effect',
    severity: 'note',
    message: `${describeObject(policy.object)} has no effect: its rules apply to no cluster that gets an object which it selects`,
    at: policy.at('/spec'),
    hint: `correct targetCluster in spec.overrideRules: its objects go to ${listClusters(placed)}; or remove the policy`,
  };
}
