import { isQualifiedName } from '#model/label-form.ts';
import type { ApplicationFailover, PropagationPolicy, PropagationSpec } from '#model/policy.ts';
import type { ResourceSelector } from '#model/selector.ts';
import { placementFaults } from './placement.ts';
import { below, type Fault, faultIf } from './rules.ts';

/**
 * What Karmada's webhook refuses of a PropagationPolicy or ClusterPropagationPolicy.
 *
 * Source: Karmada v1.18, pkg/util/validation/validation.go.
 */
export function propagationFaults({ kind, metadata, spec }: PropagationPolicy): readonly Fault[] {
  const { resourceSelectors, placement, propagateDeps, preemption, failover } = spec;
  const home = kind === 'PropagationPolicy' ? metadata.namespace || 'default' : undefined;
  return below(
    ['spec'],
    [
      ...below(['placement'], placementFaults(placement)),
      ...below(['resourceSelectors'], selectorFaults(resourceSelectors, home)),
      ...faultIf(
        failover?.application !== undefined && !propagateDeps,
        ['propagateDeps'],
        'must be true when there is an application failover',
      ),
      ...failoverFaults(spec),
      ...resourceSelectors.flatMap(({ name }, index) =>
        faultIf(
          preemption === 'Always' && !name,
          ['resourceSelectors', index, 'name'],
          'must be given when preemption is Always, because only what is named can be taken over',
        ),
      ),
      ...suspensionFaults(spec),
    ],
  );
}

/** @param home - the namespace of the policy; undefined for one of the whole cluster */
export function selectorFaults(
  selectors: readonly ResourceSelector[],
  home: string | undefined,
): readonly Fault[] {
  if (home === undefined) return [];
  return selectors.flatMap(({ namespace }, index) =>
    faultIf(
      Boolean(namespace) && namespace !== home,
      [index, 'namespace'],
      `must be the namespace of the policy, which is ${home}`,
    ),
  );
}

function suspensionFaults({ suspension }: PropagationSpec): readonly Fault[] {
  const { dispatching, dispatchingOnClusters } = suspension ?? {};
  return faultIf(
    dispatching === true && (dispatchingOnClusters?.clusterNames ?? []).length > 0,
    ['suspension', 'dispatchingOnClusters'],
    'says nothing while dispatching is suspended on all clusters: give one of the two',
  );
}

function failoverFaults({ failover }: PropagationSpec): readonly Fault[] {
  const { application, cluster } = failover ?? {};
  return below(
    ['failover'],
    [
      ...(application === undefined ? [] : below(['application'], graceFaults(application))),
      ...Object.entries({ application, cluster }).flatMap(([of, behaviour]) =>
        (behaviour?.statePreservation?.rules ?? []).flatMap(({ aliasLabelName }, index) =>
          faultIf(
            !isQualifiedName(aliasLabelName),
            [of, 'statePreservation', 'rules', index, 'aliasLabelName'],
            'must have the form of a label’s key',
          ),
        ),
      ),
    ],
  );
}

function graceFaults({ purgeMode, gracePeriodSeconds }: ApplicationFailover): readonly Fault[] {
  const isGraceful = purgeMode === 'Gracefully' || purgeMode === 'Graciously';
  return [
    ...faultIf(
      !isGraceful && gracePeriodSeconds !== undefined,
      ['gracePeriodSeconds'],
      'only says something when purgeMode is Gracefully',
    ),
    ...faultIf(
      gracePeriodSeconds !== undefined && gracePeriodSeconds <= 0,
      ['gracePeriodSeconds'],
      'must be greater than 0',
    ),
  ];
}
