import { isQualifiedName } from '#model/label-form.ts';
import type { ApplicationFailover, PropagationPolicy, PropagationSpec } from '#model/policy.ts';
import type { ResourceSelector } from '#model/selector.ts';
import { placementViolations } from './placement.ts';
import { below, type RuleViolation, violationIf } from './rules.ts';

/**
 * Returns why Karmada's webhook would reject a PropagationPolicy or ClusterPropagationPolicy.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function propagationViolations({
  kind,
  metadata,
  spec,
}: PropagationPolicy): readonly RuleViolation[] {
  const { resourceSelectors, placement, propagateDeps, preemption, failover } = spec;
  const home = kind === 'PropagationPolicy' ? metadata.namespace || 'default' : undefined;
  return below(
    ['spec'],
    [
      ...below(['placement'], placementViolations(placement)),
      ...below(['resourceSelectors'], selectorViolations(resourceSelectors, home)),
      ...violationIf(
        failover?.application !== undefined && !propagateDeps,
        ['propagateDeps'],
        'must be true with an application failover',
      ),
      ...failoverFaults(spec),
      ...resourceSelectors.flatMap(({ name }, index) =>
        violationIf(
          preemption === 'Always' && !name,
          ['resourceSelectors', index, 'name'],
          'is required with preemption Always, because a policy can preempt only objects that it selects by name',
        ),
      ),
      ...suspensionFaults(spec),
    ],
  );
}

/**
 * Returns why Karmada's webhook would reject the selectors of a policy.
 *
 * @param home - the namespace of the policy; undefined if the policy is cluster-scoped
 */
export function selectorViolations(
  selectors: readonly ResourceSelector[],
  home: string | undefined,
): readonly RuleViolation[] {
  if (home === undefined) return [];
  return selectors.flatMap(({ namespace }, index) =>
    violationIf(
      Boolean(namespace) && namespace !== home,
      [index, 'namespace'],
      `must be the namespace of the policy, which is ${home}`,
    ),
  );
}

function suspensionFaults({ suspension }: PropagationSpec): readonly RuleViolation[] {
  const { dispatching, dispatchingOnClusters } = suspension ?? {};
  return violationIf(
    dispatching === true && (dispatchingOnClusters?.clusterNames ?? []).length > 0,
    ['suspension', 'dispatchingOnClusters'],
    'has no effect while dispatching is suspended on all clusters: keep one of the two',
  );
}

function failoverFaults({ failover }: PropagationSpec): readonly RuleViolation[] {
  const { application, cluster } = failover ?? {};
  return below(
    ['failover'],
    [
      ...(application === undefined ? [] : below(['application'], graceFaults(application))),
      ...Object.entries({ application, cluster }).flatMap(([of, behaviour]) =>
        (behaviour?.statePreservation?.rules ?? []).flatMap(({ aliasLabelName }, index) =>
          violationIf(
            !isQualifiedName(aliasLabelName),
            [of, 'statePreservation', 'rules', index, 'aliasLabelName'],
            'must be a valid label key',
          ),
        ),
      ),
    ],
  );
}

function graceFaults({
  purgeMode,
  gracePeriodSeconds,
}: ApplicationFailover): readonly RuleViolation[] {
  const isGraceful = purgeMode === 'Gracefully' || purgeMode === 'Graciously';
  return [
    ...violationIf(
      !isGraceful && gracePeriodSeconds !== undefined,
      ['gracePeriodSeconds'],
      'has an effect only with purgeMode Gracefully',
    ),
    ...violationIf(
      gracePeriodSeconds !== undefined && gracePeriodSeconds <= 0,
      ['gracePeriodSeconds'],
      'must be greater than 0',
    ),
  ];
}
