import type { Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { bestRank } from '#model/selector.ts';
import { indexBySelectors } from '#model/selector-index.ts';
import { formsOf, type Sourced } from '#model/source.ts';

type Policy = Sourced<PropagationPolicy>;

/** A template that another policy takes from the policy that also selects it. */
interface Taken {
  readonly template: Sourced;
  readonly winner: Policy;
}

/**
 * Reports each policy that places nothing because other policies take every template that it selects. For a policy
 * that selects no template by name this is a note: it may be a default for templates to come.
 */
export function reportShadowed(
  policies: readonly Policy[],
  selected: readonly Pick<Selection, 'template' | 'policy'>[],
  report: Report,
): void {
  const winners = new Set(selected.map(({ policy }) => policy));
  const losers = policies.filter((policy) => !winners.has(policy));
  if (losers.length === 0) return;
  const near = indexBySelectors(losers, ({ object }) => object.spec.resourceSelectors);
  const takenFrom = new Map<Policy, Taken[]>();
  for (const { template, policy: winner } of selected) {
    if (winner === undefined) continue;
    const meant = new Set(formsOf(template).flatMap(near));
    for (const loser of meant) {
      if (!selects(loser, template)) continue;
      takenFrom.set(loser, [...(takenFrom.get(loser) ?? []), { template, winner }]);
    }
  }
  for (const loser of losers) {
    const taken = takenFrom.get(loser);
    if (taken !== undefined) reportLoser(loser, taken, report);
  }
}

function selects({ object: { metadata, spec } }: Policy, template: Sourced): boolean {
  return formsOf(template).some((form) => {
    const reaches =
      metadata.namespace === undefined || metadata.namespace === form.metadata.namespace;
    return reaches && bestRank(spec.resourceSelectors, form) > 0;
  });
}

function reportLoser(loser: Policy, taken: readonly Taken[], report: Report): void {
  const [first] = taken;
  if (first === undefined) return;
  const { winner } = first;
  const others = new Set(taken.map((one) => one.winner)).size - 1;
  const by = describeObject(winner.object);
  const more = others > 0 ? ` and ${others} other ${others === 1 ? 'policy' : 'policies'}` : '';
  const what =
    taken.length === 1
      ? describeObject(first.template.object)
      : `all ${taken.length} templates that it selects`;
  const isNamed = loser.object.spec.resourceSelectors.some(({ name }) => name);
  report({
    code: 'select/shadowed',
    severity: isNamed ? 'warning' : 'note',
    message: `${describeObject(loser.object)} places nothing: ${by}${more} ${others > 0 ? 'take' : 'takes'} ${what}`,
    at: loser.at(''),
    related: [{ at: winner.at(''), message: reasonOf(winner, loser, first.template) }],
    hint: hintFor(winner, loser),
  });
}

/** Returns why a policy comes before another one, in the order of `createPolicyIndex`. */
function reasonOf(
  { object: winner }: Policy,
  { object: loser }: Policy,
  template: Sourced,
): string {
  const name = describeObject(winner);
  if (winner.metadata.namespace !== loser.metadata.namespace) {
    return `${name} is a policy of the namespace, which comes before each ClusterPropagationPolicy`;
  }
  const [high, low] = [winner.spec.priority, loser.spec.priority];
  if (high > low) return `${name} has priority ${high}, and not ${low}`;
  const [exact, loose] = [winner, loser].map(({ spec }) => bestRankOf(spec, template)) as [
    number,
    number,
  ];
  if (exact > loose) return `${name} selects it ${exact === 3 ? 'by name' : 'by its labels'}`;
  if (exact === loose && high === low) return `${name} has the name that comes first`;
  return `${name} has placed it before`;
}

function bestRankOf(spec: PropagationPolicy['spec'], template: Sourced): number {
  return Math.max(...formsOf(template).map((form) => bestRank(spec.resourceSelectors, form)));
}

function hintFor({ object: winner }: Policy, { object: loser }: Policy): string {
  const isElsewhere = winner.metadata.namespace !== loser.metadata.namespace;
  const narrow = `narrow the selectors of ${describeObject(winner)}, or remove this policy`;
  return isElsewhere ? narrow : `set spec.priority above ${winner.spec.priority}, ${narrow}`;
}
