import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './repository-faults.ts';

/** Karmada's schemas accept these objects, and its webhooks refuse them. */
describe('rules of propagation policies', () => {
  const divided = { replicaScheduling: { replicaDivisionPreference: 'Aggregated' } };
  const term = (affinityName: string, more: object = {}) => ({
    ...{ affinityName, clusterNames: ['a'] },
    ...more,
  });
  const spread = (...spreadConstraints: readonly object[]) => ({
    placement: { spreadConstraints },
  });
  const terms = (...clusterAffinities: readonly object[]) => ({ placement: { clusterAffinities } });
  const overflowing = (of: object, ...overflowAffinities: readonly object[]) => ({
    placement: { ...divided, clusterAffinities: [{ ...of, overflowAffinities }] },
  });
  const failover = (application: object) => ({
    propagateDeps: true,
    failover: { application: { decisionConditions: {}, ...application } },
  });
  const onCluster = { spreadByField: 'cluster' };

  const refused: readonly (readonly [object, string])[] = [
    [
      { placement: { clusterAffinity: {}, clusterAffinities: [] } },
      'spec.placement.clusterAffinities cannot be combined with clusterAffinity',
    ],
    [
      terms(term('a b')),
      'spec.placement.clusterAffinities[0].affinityName must be a valid label key',
    ],
    [
      terms(term('x'), term('x')),
      'spec.placement.clusterAffinities[1].affinityName is already the name of another',
    ],
    [
      terms(term('x', { overflowAffinities: [term('y')] })),
      'spec.placement.clusterAffinities[0].overflowAffinities requires replicas that are divided',
    ],
    [
      overflowing({ affinityName: 'x' }, term('y')),
      'spec.placement.clusterAffinities[0].overflowAffinities requires a term that selects clusters itself',
    ],
    [
      overflowing(term('x'), term('x')),
      'spec.placement.clusterAffinities[0].overflowAffinities[0].affinityName is already the name of another',
    ],
    [
      overflowing(term('x'), term('y'), term('y')),
      'spec.placement.clusterAffinities[0].overflowAffinities[1].affinityName is already the name of another',
    ],
    [
      spread({ ...onCluster, spreadByLabel: 'l' }),
      'spec.placement.spreadConstraints[0].spreadByLabel cannot be combined with',
    ],
    [
      spread({ ...onCluster, minGroups: 3, maxGroups: 2 }),
      'spec.placement.spreadConstraints[0].maxGroups must not be less',
    ],
    [
      spread({ ...onCluster, minGroups: -1 }),
      'spec.placement.spreadConstraints[0].minGroups must not be negative',
    ],
    [
      spread(onCluster, onCluster),
      'spec.placement.spreadConstraints[1].spreadByField repeats the constraint by cluster',
    ],
    [
      spread({ spreadByField: 'region' }),
      'spec.placement.spreadConstraints must include a constraint by cluster',
    ],
    [
      { placement: { clusterTolerations: [{ key: 'a', operator: 'Lt' }] } },
      'spec.placement.clusterTolerations[0].operator must be',
    ],
    [
      { placement: { workloadAffinity: { affinity: { groupByLabelKey: '-' } } } },
      'spec.placement.workloadAffinity.affinity.groupByLabelKey must be a valid label key',
    ],
    [
      {
        placement: {
          workloadAffinity: {
            affinity: { groupByLabelKey: 'a' },
            antiAffinity: { groupByLabelKey: 'a' },
          },
        },
      },
      'spec.placement.workloadAffinity.antiAffinity.groupByLabelKey must not be the key',
    ],
    [{ failover: { application: { decisionConditions: {} } } }, 'spec.propagateDeps must be true'],
    [
      failover({ purgeMode: 'Directly', gracePeriodSeconds: 5 }),
      'spec.failover.application.gracePeriodSeconds has an effect only',
    ],
    [
      failover({ gracePeriodSeconds: 0 }),
      'spec.failover.application.gracePeriodSeconds must be greater than 0',
    ],
    [
      failover({ decisionConditions: { tolerationSeconds: -1 } }),
      'spec.failover.application.decisionConditions.tolerationSeconds must not be negative',
    ],
    [
      failover({ statePreservation: { rules: [{ aliasLabelName: 'a/b/c', jsonPath: '.x' }] } }),
      'spec.failover.application.statePreservation.rules[0].aliasLabelName must be a valid label key',
    ],
    [
      {
        failover: {
          cluster: { statePreservation: { rules: [{ aliasLabelName: ' ', jsonPath: '.x' }] } },
        },
      },
      'spec.failover.cluster.statePreservation.rules[0].aliasLabelName must be a valid label key',
    ],
    [
      { resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret', namespace: 'other' }] },
      'spec.resourceSelectors[0].namespace must be the namespace of the policy, which is shop',
    ],
    [{ preemption: 'Always' }, 'spec.resourceSelectors[0].name is required'],
    [
      { suspension: { dispatching: true, dispatchingOnClusters: { clusterNames: ['a'] } } },
      'spec.suspension.dispatchingOnClusters has no effect',
    ],
  ];
  for (const [spec, message] of refused) {
    it(`refuses a PropagationPolicy: ${message}`, () => {
      const [fault, ...more] = faultsOf(propagationPolicy(spec));
      assert.equal(fault?.code, 'parse/invalid-value');
      assert.ok(fault.message.startsWith(`PropagationPolicy shop/p: ${message}`), fault.message);
      assert.deepEqual(more, []);
    });
  }

  const allowed: readonly object[] = [
    terms(),
    terms(term('x'), term('y')),
    overflowing(term('x'), term('y'), term('z')),
    spread(onCluster, { spreadByField: 'region', minGroups: 2, maxGroups: 2 }),
    spread({ spreadByLabel: 'l' }),
    spread({ ...onCluster, minGroups: 2 }),
    failover({ gracePeriodSeconds: 10 }),
    { preemption: 'Always', resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret', name: 's' }] },
    { suspension: { dispatching: true, dispatchingOnClusters: { clusterNames: [] } } },
    { suspension: { dispatchingOnClusters: { clusterNames: ['a'] } } },
  ];
  for (const spec of allowed) {
    it(`allows a PropagationPolicy with ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(faultsOf(propagationPolicy(spec)), []);
    });
  }

  it('allows a ClusterPropagationPolicy to select from any namespace', () => {
    const resourceSelectors = [{ apiVersion: 'v1', kind: 'Secret', namespace: 'other' }];
    const { metadata, ...policy } = propagationPolicy({ resourceSelectors });
    const name = metadata.name;
    assert.deepEqual(
      faultsOf({ ...policy, kind: 'ClusterPropagationPolicy', metadata: { name } }),
      [],
    );
  });

  it('refuses a list in place of a map in a PropagationPolicy', () => {
    for (const [spec, field] of [
      [{ placement: [] }, 'spec.placement'],
      [{ placement: { spreadConstraints: [[]] } }, 'spec.placement.spreadConstraints[0]'],
      [
        { placement: { clusterAffinity: { labelSelector: { matchLabels: [] } } } },
        'spec.placement',
      ],
    ] as const) {
      const [fault, ...more] = faultsOf(propagationPolicy(spec));
      assert.ok(fault?.message.startsWith(`PropagationPolicy shop/p: ${field}`), fault?.message);
      assert.match(fault?.message ?? '', /must be a map, not a list$/);
      assert.deepEqual(more, []);
    }
  });
});

function propagationPolicy(spec: object) {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret' }], ...spec },
  };
}
