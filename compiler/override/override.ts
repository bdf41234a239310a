import type { Binding, ClusterObject } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import { byText, describeObject, type KubeObject } from '#model/object.ts';
import type { OverridePolicy, OverrideRule, Overriders } from '#model/override.ts';
import { bestRank, matchesCluster } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import { overrideImages } from './image.ts';
import type { Overridden } from './overrider.ts';
import { overridePlaintext } from './plaintext.ts';

/** In the order in which a rule's overriders are applied; each is one file. */
const overriders: {
  readonly [Name in keyof Overriders]?: (object: KubeObject, given: Overriders) => Overridden;
} = {
  imageOverrider: (object, given) => overrideImages(object, given.imageOverrider ?? []),
  plaintext: (object, given) => overridePlaintext(object, given.plaintext ?? []),
};

/**
 * Makes of every binding one object a cluster, changed by the policies that speak of both:
 * ClusterOverridePolicies first, then the OverridePolicies of the object's namespace.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go.
 */
export function applyOverrides(
  bindings: readonly Binding[],
  { clusters, overrides }: Pick<Repository, 'clusters' | 'overrides'>,
  report: Report,
): readonly ClusterObject[] {
  const byName = new Map(clusters.map(({ object }) => [object.metadata.name, object]));
  const ofCluster = overrides.filter(({ object }) => object.metadata.namespace === undefined);
  const byNamespace = Map.groupBy(overrides, ({ object }) => object.metadata.namespace);
  return bindings.flatMap((binding) => {
    const { namespace } = binding.template.object.metadata;
    const inNamespace = namespace === undefined ? [] : (byNamespace.get(namespace) ?? []);
    return binding.clusters.flatMap(({ name }) => {
      const cluster = byName.get(name);
      if (cluster === undefined) return [];
      const first = applyPolicies(binding.template.object, ofCluster, cluster, report);
      const object = first && applyPolicies(first, inNamespace, cluster, report);
      return object === undefined ? [] : [{ cluster: name, object, binding }];
    });
  });
}

/** Undefined when an override failed, which is reported. */
function applyPolicies(
  object: KubeObject,
  policies: readonly Sourced<OverridePolicy>[],
  cluster: Cluster,
  report: Report,
): KubeObject | undefined {
  let changed = object;
  for (const policy of matching(object, policies)) {
    for (const [index, rule] of policy.object.spec.overrideRules.entries()) {
      if (!matchesCluster(rule.targetCluster ?? {}, cluster)) continue;
      const fault = applyRule(changed, rule);
      if (fault.type === 'failed') {
        reportFault(fault, { policy, rule: index, object, cluster }, report);
        return undefined;
      }
      changed = fault.object;
    }
  }
  return changed;
}

/** The more closely a policy selects the object the later it comes, so that it has the last word. */
function matching(
  object: KubeObject,
  policies: readonly Sourced<OverridePolicy>[],
): readonly Sourced<OverridePolicy>[] {
  return policies
    .map((policy) => ({ policy, rank: rankOf(policy.object, object) }))
    .filter(({ rank }) => rank > 0)
    .sort(
      (a, b) =>
        a.rank - b.rank || byText(a.policy.object.metadata.name, b.policy.object.metadata.name),
    )
    .map(({ policy }) => policy);
}

function rankOf({ spec }: OverridePolicy, object: KubeObject): number {
  return spec.resourceSelectors.length === 0 ? 1 : bestRank(spec.resourceSelectors, object);
}

type RuleOutcome =
  | { readonly type: 'changed'; readonly object: KubeObject }
  | (Extract<Overridden, { type: 'failed' }> & { readonly overrider: string });

function applyRule(object: KubeObject, { overriders: given }: OverrideRule): RuleOutcome {
  let changed = object;
  for (const [overrider, apply] of Object.entries(overriders)) {
    if (given[overrider as keyof Overriders] === undefined) continue;
    const outcome = apply(changed, given);
    if (outcome.type === 'failed') return { ...outcome, overrider };
    changed = outcome.object;
  }
  return { type: 'changed', object: changed };
}

interface FaultContext {
  readonly policy: Sourced<OverridePolicy>;
  readonly rule: number;
  readonly object: KubeObject;
  readonly cluster: Cluster;
}

function reportFault(
  { overrider, entry, message, hint }: Extract<RuleOutcome, { type: 'failed' }>,
  { policy, rule, object, cluster }: FaultContext,
  report: Report,
): void {
  const title = `${describeObject(policy.object)} for cluster ${cluster.metadata.name}`;
  report({
    code: 'override/failed',
    severity: 'error',
    message: `${title}: ${describeObject(object)} ${message}`,
    at: policy.at(`/spec/overrideRules/${rule}/overriders/${overrider}/${entry}`),
    ...(hint === undefined ? {} : { hint }),
  });
}
