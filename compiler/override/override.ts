import type { Binding, ClusterObject } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { AppliedRule } from '#model/override.ts';
import { createMatcher, type PolicyRules, type Rule, rulesOf } from './policies.ts';
import { applyRule, type RuleOutcome } from './rule.ts';

/** The objects after all overrides. */
export interface OverrideResult {
  readonly objects: readonly ClusterObject[];
  readonly failed: readonly FailedObject[];
}

/** An object that a cluster does not get because an override failed. */
interface FailedObject {
  readonly cluster: string;
  readonly binding: Binding;
  readonly message: string;
}

/**
 * Applies the policies that select an object and its cluster: ClusterOverridePolicies first, then
 * the OverridePolicies of the object's namespace. Clusters that share an object and its rules share
 * the result. Reports a failure once for all its clusters.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go.
 */
export function applyOverrides(
  objects: readonly ClusterObject[],
  { clusters, overrides }: Pick<Repository, 'clusters' | 'overrides'>,
  report: Report,
): OverrideResult {
  const members = clusters.map(({ object }) => object);
  const byNamespace = Map.groupBy(overrides, ({ object }) => object.metadata.namespace);
  const matchers = new Map<string | undefined, Matcher>();
  // Created on demand: with a memo, few namespaces have objects to render.
  const matcherOf = (home: string | undefined): Matcher | undefined => {
    const policies = byNamespace.get(home);
    if (policies === undefined) return undefined;
    const matcher = matchers.get(home) ?? createMatcher(rulesOf(policies, members));
    matchers.set(home, matcher);
    return matcher;
  };
  const outcomes = Map.groupBy(objects, ({ binding }) => binding)
    .entries()
    .flatMap(([binding, entries]) => {
      const { namespace } = binding.template.object.metadata;
      const homes = namespace === undefined ? [undefined] : [undefined, namespace];
      const scopes = homes.map(matcherOf).filter((scope) => scope !== undefined);
      return overrideBinding(binding, entries, scopes);
    })
    .toArray();
  reportFailures(outcomes, report);
  return {
    objects: outcomes.flatMap(({ entry, outcome }) =>
      outcome.type === 'changed'
        ? [{ ...entry, object: outcome.object, overrides: outcome.overrides }]
        : [],
    ),
    failed: outcomes.flatMap(({ entry: { cluster, binding }, outcome }) =>
      outcome.type === 'failed' ? [{ cluster, binding, message: outcome.message }] : [],
    ),
  };
}

type Changed = {
  readonly type: 'changed';
  readonly object: KubeObject;
  readonly overrides: readonly AppliedRule[];
};

type Failed = Extract<RuleOutcome, { type: 'failed' }> & Pick<Rule, 'policy'>;

interface EntryOutcome {
  readonly entry: ClusterObject;
  readonly outcome: Changed | Failed;
}

/** Returns the policies of a scope that select an object, in order. */
type Matcher = ReturnType<typeof createMatcher>;

/** Applies the policies of each scope in turn to the objects of one binding. */
function overrideBinding(
  binding: Binding,
  entries: readonly ClusterObject[],
  scopes: readonly Matcher[],
): readonly EntryOutcome[] {
  const starts = new Map<KubeObject, Changed>();
  let outcomes = entries.map((entry): EntryOutcome => {
    const start = starts.get(entry.object) ?? startOf(entry.object, binding);
    starts.set(entry.object, start);
    return { entry, outcome: start };
  });
  for (const matcher of scopes) {
    const apply = scopeOf(matcher);
    outcomes = outcomes.map(({ entry, outcome }) => ({
      entry,
      outcome: outcome.type === 'failed' ? outcome : apply(outcome, entry.cluster),
    }));
  }
  return outcomes;
}

function startOf(object: KubeObject, binding: Binding): Changed {
  return { type: 'changed', object: asClaimed(object, binding), overrides: [] };
}

/**
 * Adds empty labels and annotations, which an object claimed by a policy always has in Karmada's
 * control plane.
 */
export function asClaimed(object: KubeObject, { policy }: Binding): KubeObject {
  if (policy === undefined) return object;
  const { labels = {}, annotations = {} } = object.metadata;
  return { ...object, metadata: { ...object.metadata, labels, annotations } };
}

/**
 * Applies the policies of one scope. They select by the object before the scope, not by the results
 * of each other.
 */
function scopeOf(matching: Matcher): (before: Changed, cluster: string) => Changed | Failed {
  const selectedBy = new Map<Changed, readonly PolicyRules[]>();
  const known = new Map<Changed, { rules: readonly Rule[]; outcome: Changed | Failed }[]>();
  return (before, cluster) => {
    const selected = selectedBy.get(before) ?? matching(before.object);
    selectedBy.set(before, selected);
    const rules = selected.flatMap((entry) =>
      entry.rules.filter(({ clusters }) => clusters.has(cluster)),
    );
    const groups = known.get(before) ?? [];
    known.set(before, groups);
    const group = groups.find((other) => haveSameItems(other.rules, rules));
    if (group !== undefined) return group.outcome;
    const outcome = applyRules(before, rules);
    groups.push({ rules, outcome });
    return outcome;
  };
}

function haveSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function applyRules(before: Changed, rules: readonly Rule[]): Changed | Failed {
  let object = before.object;
  const overrides = [...before.overrides];
  for (const { policy, overriders, pointer } of rules) {
    const outcome = applyRule(object, overriders, pointer);
    if (outcome.type === 'failed') return { ...outcome, policy };
    object = outcome.object;
    overrides.push({ policy, overriders: pointer, touched: outcome.touched });
  }
  return { type: 'changed', object, overrides };
}

function reportFailures(outcomes: readonly EntryOutcome[], report: Report): void {
  const failures = Map.groupBy(outcomes, ({ outcome }) => outcome);
  for (const [outcome, entries] of failures) {
    const [first] = entries;
    if (outcome.type === 'changed' || first === undefined) continue;
    const { policy, entry, message, hint } = outcome;
    const title = `${describeObject(policy.object)} for ${describeClusters(entries)}`;
    report({
      code: 'override/failed',
      severity: 'error',
      message: `${title}: ${describeObject(first.entry.binding.template.object)} ${message}`,
      at: policy.at(entry),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function describeClusters(entries: readonly EntryOutcome[]): string {
  const names = entries.map(({ entry }) => entry.cluster);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.length === 1 ? 'cluster' : 'clusters'} ${names.slice(0, 5).join(', ')}${more}`;
}
