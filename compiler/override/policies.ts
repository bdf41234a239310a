import type { Cluster } from '#model/cluster.ts';
import { byText, type KubeObject } from '#model/object.ts';
import type { OverridePolicy, OverrideRule, Overriders } from '#model/override.ts';
import { bestRank, matchesCluster } from '#model/selector.ts';
import { indexBySelectors } from '#model/selector-index.ts';
import type { Sourced } from '#model/source.ts';

/** A rule of an override policy, with the clusters that it applies to. */
export interface Rule {
  readonly policy: Sourced<OverridePolicy>;
  readonly overriders: Overriders;
  /** JSON pointer to the overriders in the policy. */
  readonly pointer: string;
  readonly clusters: ReadonlySet<string>;
}

/** An override policy with its rules in order. */
export interface PolicyRules {
  readonly policy: Sourced<OverridePolicy>;
  readonly rules: readonly Rule[];
}

/** Returns the rules of each policy in order, with their clusters. */
export function rulesOf(
  policies: readonly Sourced<OverridePolicy>[],
  clusters: readonly Cluster[],
): readonly PolicyRules[] {
  return policies.map((policy) => ({
    policy,
    rules: pointedRules(policy.object).map(({ rule, pointer }) => ({
      policy,
      overriders: rule.overriders,
      pointer,
      clusters: new Set(
        clusters
          .filter((cluster) => matchesCluster(rule.targetCluster ?? {}, cluster))
          .map(({ metadata }) => metadata.name),
      ),
    })),
  }));
}

interface PointedRule {
  readonly rule: OverrideRule;
  readonly pointer: string;
}

/** Returns the rules of a policy. The deprecated fields `targetCluster` and `overriders` are one rule if the policy has no others. */
function pointedRules({ spec }: OverridePolicy): readonly PointedRule[] {
  const { overrideRules, targetCluster, overriders = {} } = spec;
  if (overrideRules.length === 0) {
    return [{ rule: { targetCluster, overriders }, pointer: '/spec/overriders' }];
  }
  return overrideRules.map((rule, index) => ({
    rule,
    pointer: `/spec/overrideRules/${index}/overriders`,
  }));
}

/**
 * Finds the policies that select an object, in the order of application: a policy that selects it
 * more specifically comes later and so takes precedence, then the one with the larger name.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go.
 */
export function createMatcher(
  policies: readonly PolicyRules[],
): (object: KubeObject) => readonly PolicyRules[] {
  const find = indexBySelectors(policies, ({ policy }) => policy.object.spec.resourceSelectors);
  return (object) =>
    find(object)
      .map((entry) => ({ entry, rank: rankOf(entry.policy.object, object) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => a.rank - b.rank || byText(nameOf(a.entry), nameOf(b.entry)))
      .map(({ entry }) => entry);
}

function rankOf({ spec }: OverridePolicy, object: KubeObject): number {
  return spec.resourceSelectors.length === 0 ? 1 : bestRank(spec.resourceSelectors, object);
}

function nameOf({ policy }: PolicyRules): string {
  return policy.object.metadata.name;
}
