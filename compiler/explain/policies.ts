import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { bestRank, matchRank, type ResourceSelector } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import { type Ranked, rankAll } from '../select/policy-index.ts';
import type { PolicyVerdict } from './explanation.ts';

type Policy = Sourced<PropagationPolicy>;

/**
 * Explains why a policy claims an object and the others do not. It considers the PropagationPolicies of
 * the object's namespace and all ClusterPropagationPolicies.
 */
export function judgePolicies(
  object: KubeObject,
  policies: readonly Policy[],
  winner: Policy | undefined,
): readonly PolicyVerdict[] {
  const { namespace } = object.metadata;
  const near = policies.filter(
    (policy) => homeOf(policy) !== undefined && homeOf(policy) === namespace,
  );
  const wide = policies.filter((policy) => homeOf(policy) === undefined);
  const ranked = [...rankAll(near, object), ...rankAll(wide, object)];
  const matching = new Set(ranked.map(({ policy }) => policy));
  const others = [...near, ...wide].filter((policy) => !matching.has(policy));
  const won = ranked.find(({ policy }) => policy === winner);
  return [
    ...(won === undefined ? [] : [victory(won, object)]),
    ...ranked.flatMap((entry) => (entry === won ? [] : [defeat(entry, won, object)])),
    ...others.map((policy) => mismatch(policy, object)),
  ];
}

function homeOf({ object }: Policy): string | undefined {
  return object.metadata.namespace;
}

const ways = ['', 'by its kind', 'by its labels', 'by its name'] as const;

function victory({ policy, rank }: Ranked, object: KubeObject): PolicyVerdict {
  return {
    policy: describeObject(policy.object),
    outcome: 'won',
    reason: `selects it ${ways[rank]}, with priority ${policy.object.spec.priority}`,
    at: policy.at(selectorPointer(policy, object)),
  };
}

function defeat(entry: Ranked, winner: Ranked | undefined, object: KubeObject): PolicyVerdict {
  const { policy } = entry;
  const [pointer, reason] =
    winner === undefined
      ? (['/spec', 'selects it, but the object is not placed regardless of policies'] as const)
      : lossTo(winner, entry, object);
  return {
    policy: describeObject(policy.object),
    outcome: 'lost',
    reason,
    at: policy.at(pointer),
  };
}

/** Returns why a policy lost to the winner, with a pointer into the losing policy. */
function lossTo(
  winner: Ranked,
  loser: Ranked,
  object: KubeObject,
): readonly [pointer: string, reason: string] {
  const [best, other] = [winner.policy.object, loser.policy.object];
  const name = best.metadata.name;
  const own = selectorPointer(loser.policy, object);
  if (best.metadata.namespace !== undefined && other.metadata.namespace === undefined) {
    return [own, 'selects it, but policies in the same namespace take precedence'];
  }
  const [high, low] = [best.spec.priority, other.spec.priority];
  if (high > low) return ['/spec/priority', `has priority ${low}, but ${name} has ${high}`];
  if (high === low && winner.rank > loser.rank) {
    return [own, `selects it ${ways[loser.rank]}, but ${name} ${ways[winner.rank]}`];
  }
  if (high === low && winner.rank === loser.rank && name < other.metadata.name) {
    return ['/metadata/name', `ties with ${name}, whose name sorts first`];
  }
  return [own, `would win for a new object, but ${name} already claims it`];
}

function selectorPointer({ object: policy }: Policy, object: KubeObject): string {
  const { resourceSelectors } = policy.spec;
  const best = bestRank(resourceSelectors, object);
  const index = resourceSelectors.findIndex((selector) => matchRank(selector, object) === best);
  return `/spec/resourceSelectors/${index}`;
}

function mismatch(policy: Policy, object: KubeObject): PolicyVerdict {
  const { resourceSelectors } = policy.object.spec;
  const sameKind = resourceSelectors.findIndex(
    ({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind,
  );
  const selector = resourceSelectors[sameKind];
  return {
    policy: describeObject(policy.object),
    outcome: 'no match',
    reason:
      selector === undefined
        ? `does not select ${object.apiVersion} ${object.kind}`
        : difference(selector, object),
    at: policy.at(`/spec/resourceSelectors${sameKind < 0 ? '' : `/${sameKind}`}`),
  };
}

function difference({ namespace, name, kind }: ResourceSelector, object: KubeObject): string {
  if (namespace && namespace !== object.metadata.namespace) {
    return `selects ${kind} objects in namespace ${namespace}`;
  }
  return name ? `selects ${kind} ${name}` : `selects ${kind} objects by labels that it lacks`;
}
