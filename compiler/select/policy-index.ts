import { byText, type KubeObject } from '#model/object.ts';
import type { Profile, PropagationPolicy } from '#model/policy.ts';
import { bestRank, type ResourceSelector } from '#model/selector.ts';
import { indexBySelectors } from '#model/selector-index.ts';
import type { Sourced } from '#model/source.ts';

type Policy = Sourced<PropagationPolicy>;

/** Returns the policy of an object, given its previous one. */
type PolicyOf = (object: KubeObject, before: string | undefined) => Policy | undefined;

/**
 * Finds the policy that places an object: a PropagationPolicy of its namespace before any
 * ClusterPropagationPolicy, then by priority, by how specifically it selects the object, and by
 * name. With the profile karmada, an object keeps its previous policy while that selects it.
 *
 * Source: Karmada v1.18, pkg/detector/{policy,compare,preemption}.go.
 */
export function createPolicyIndex(
  policies: readonly Policy[],
  profile: Profile,
  gates: Readonly<Record<string, boolean | undefined>>,
): PolicyOf {
  const byHome = Map.groupBy(policies, ({ object }) => object.metadata.namespace ?? '');
  const finders = new Map(
    byHome.entries().map(([home, list]) => [home, indexBySelectors(list, selectorsOf)] as const),
  );
  return (object, before) => {
    const candidates = (home: string) => rankAll(finders.get(home)?.(object) ?? [], object);
    const { namespace } = object.metadata;
    const inNamespace = namespace === undefined ? [] : candidates(namespace);
    const ordered = [...inNamespace, ...(inNamespace.length === 0 ? candidates('') : [])];
    if (profile === 'regatta' || before === undefined) return ordered[0]?.policy;
    const all = inNamespace.length === 0 ? ordered : [...inNamespace, ...candidates('')];
    const claimed = all.find(({ policy }) => nameOf(policy) === before);
    if (claimed === undefined) return ordered[0]?.policy;
    return gates.PropagationPolicyPreemption ? preempting(all, claimed).policy : claimed.policy;
  };
}

function selectorsOf({ object }: Policy): readonly ResourceSelector[] {
  return object.spec.resourceSelectors;
}

/** A policy that selects an object. */
export interface Ranked {
  readonly policy: Policy;
  readonly rank: number;
}

/**
 * Policies that may preempt the previous one: they select the object by name, with a higher
 * priority.
 */
function preempting(all: readonly Ranked[], claimed: Ranked): Ranked {
  const isNamespaced = (entry: Ranked) => entry.policy.object.metadata.namespace !== undefined;
  const taker = all.find(({ policy, rank }) => {
    const { preemption, priority } = policy.object.spec;
    if (preemption !== 'Always' || rank < byName) return false;
    if (isNamespaced({ policy, rank }) && !isNamespaced(claimed)) return true;
    const sameKind = isNamespaced({ policy, rank }) === isNamespaced(claimed);
    return sameKind && priority > claimed.policy.object.spec.priority;
  });
  return taker ?? claimed;
}

const byName = 3;

/** Returns the policies that select an object, the best first. */
export function rankAll(policies: readonly Policy[], object: KubeObject): readonly Ranked[] {
  return policies
    .map((policy) => ({ policy, rank: bestRank(policy.object.spec.resourceSelectors, object) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => {
      const [one, other] = [a.policy.object, b.policy.object];
      return (
        other.spec.priority - one.spec.priority ||
        b.rank - a.rank ||
        byText(one.metadata.name, other.metadata.name)
      );
    });
}

function nameOf({ object: { metadata } }: Policy): string {
  const { namespace, name } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
