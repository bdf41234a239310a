import type { Selection } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import { byText, describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { bestRank } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import { reportIdleSelectors } from './idle.ts';
import { neverPropagated } from './propagation.ts';

/**
 * Finds for every resource template the policy that places it. Templates that none selects, or
 * that are never propagated, go nowhere and are warned of; Namespaces go everywhere by themselves.
 */
export function selectPolicies(
  { templates, policies }: Pick<Repository, 'templates' | 'policies'>,
  report: Report,
): readonly Selection[] {
  reportIdleSelectors(policies, templates, report);
  return templates.flatMap((template): readonly Selection[] => {
    const { object, at } = template;
    const title = describeObject(object);
    const reason = neverPropagated(object);
    if (reason !== undefined) {
      const message = `${title} goes nowhere: ${reason}`;
      report({ code: 'select/never-propagated', severity: 'warning', message, at: at('') });
      return [];
    }
    if (object.apiVersion === 'v1' && object.kind === 'Namespace') return [{ template }];
    const policy = selectPolicy(object, policies);
    if (policy !== undefined) return [{ template, policy }];
    report({
      code: 'select/no-policy',
      severity: 'warning',
      message: `${title} goes nowhere: no policy selects it`,
      at: at(''),
      hint: 'select it in a PropagationPolicy of its namespace or a ClusterPropagationPolicy',
    });
    return [];
  });
}

/**
 * The policy for one object: a PropagationPolicy of its namespace before any
 * ClusterPropagationPolicy; then by priority, by how closely it selects the object, by name.
 *
 * Source: Karmada v1.18, pkg/detector/policy.go, pkg/detector/compare.go.
 */
function selectPolicy(
  object: KubeObject,
  policies: readonly Sourced<PropagationPolicy>[],
): Sourced<PropagationPolicy> | undefined {
  const { namespace } = object.metadata;
  const inNamespace = policies.filter(
    ({ object: { metadata } }) =>
      metadata.namespace !== undefined && metadata.namespace === namespace,
  );
  const ofCluster = policies.filter(({ object: { metadata } }) => metadata.namespace === undefined);
  return bestPolicy(object, inNamespace) ?? bestPolicy(object, ofCluster);
}

function bestPolicy(
  object: KubeObject,
  policies: readonly Sourced<PropagationPolicy>[],
): Sourced<PropagationPolicy> | undefined {
  const [best] = policies
    .map((policy) => ({ policy, rank: bestRank(policy.object.spec.resourceSelectors, object) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => {
      const [{ spec, metadata }, other] = [a.policy.object, b.policy.object];
      return (
        other.spec.priority - spec.priority ||
        b.rank - a.rank ||
        byText(metadata.name, other.metadata.name)
      );
    });
  return best?.policy;
}
