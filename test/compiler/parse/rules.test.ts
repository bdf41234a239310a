import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRepository } from '#compiler/parse/repository.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';

/** What Karmada's schemas let through and its webhooks refuse. */
describe('rules of policies', () => {
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
    [terms(term('a b')), 'spec.placement.clusterAffinities[0].affinityName must have the form'],
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
      'spec.placement.workloadAffinity.affinity.groupByLabelKey must have the form',
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
      'spec.failover.application.statePreservation.rules[0].aliasLabelName must have the form',
    ],
    [
      {
        failover: {
          cluster: { statePreservation: { rules: [{ aliasLabelName: ' ', jsonPath: '.x' }] } },
        },
      },
      'spec.failover.cluster.statePreservation.rules[0].aliasLabelName must have the form',
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
    it(`refuse a PropagationPolicy: ${message}`, () => {
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
    it(`allow a PropagationPolicy with ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(faultsOf(propagationPolicy(spec)), []);
    });
  }

  it('let a ClusterPropagationPolicy select in any namespace', () => {
    const resourceSelectors = [{ apiVersion: 'v1', kind: 'Secret', namespace: 'other' }];
    const { metadata, ...policy } = propagationPolicy({ resourceSelectors });
    const name = metadata.name;
    assert.deepEqual(
      faultsOf({ ...policy, kind: 'ClusterPropagationPolicy', metadata: { name } }),
      [],
    );
  });

  const rule = (overriders: object) => ({ overrideRules: [{ overriders }] });
  const labels = (value: object) => rule({ labelsOverrider: [{ operator: 'add', value }] });
  const notes = (value: object) => rule({ annotationsOverrider: [{ operator: 'add', value }] });
  const field = (entry: object) => rule({ fieldOverrider: [{ fieldPath: '/data/a', ...entry }] });
  const patch = (operator: string, more: object = {}) => [{ subPath: '/a', operator, ...more }];
  const wrong: readonly (readonly [object, string])[] = [
    [{ overrideRules: [], targetCluster: {} }, 'spec.targetCluster cannot be combined with'],
    [
      { overrideRules: [], overriders: { plaintext: [{ path: '/a', operator: 'remove' }] } },
      'spec.overriders cannot be combined with',
    ],
    [
      labels({ a: 'not valid!' }),
      'spec.overrideRules[0].overriders.labelsOverrider[0].value.a must have the form',
    ],
    [
      labels({ 'a b': 'c' }),
      'spec.overrideRules[0].overriders.labelsOverrider[0].value.a b is not a valid key',
    ],
    [
      notes({ 'a b': 'c' }),
      'spec.overrideRules[0].overriders.annotationsOverrider[0].value.a b is not a valid key',
    ],
    [
      notes({ a: 'x'.repeat(256 * 1024) }),
      'spec.overrideRules[0].overriders.annotationsOverrider[0].value must not be longer',
    ],
    [field({}), 'spec.overrideRules[0].overriders.fieldOverrider[0] must have json or yaml'],
    [
      field({ json: patch('remove'), yaml: patch('remove') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].yaml cannot be combined with',
    ],
    [
      field({ json: patch('add') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].json[0].value is required',
    ],
    [
      field({ yaml: patch('remove', { value: 1 }) }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].yaml[0].value has no effect',
    ],
    [
      field({ fieldPath: 'data', json: patch('remove') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].fieldPath must be a JSON pointer',
    ],
    [
      { resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret', namespace: 'other' }] },
      'spec.resourceSelectors[0].namespace must be the namespace',
    ],
  ];
  for (const [spec, message] of wrong) {
    it(`refuse an OverridePolicy: ${message}`, () => {
      const [fault, ...more] = faultsOf(overridePolicy(spec));
      assert.ok(fault?.message.startsWith(`OverridePolicy shop/o: ${message}`), fault?.message);
      assert.deepEqual(more, []);
    });
  }

  it('tell lists from maps', () => {
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

  it('take a null for an absent field, but not in the value of a patch', () => {
    const args = [{ containerName: 'a', operator: 'remove', value: null }];
    const patches = [{ subPath: '/a', operator: 'add', value: null }];
    const overriders = {
      argsOverrider: args,
      fieldOverrider: [{ fieldPath: '/a', json: patches }],
    };
    assert.deepEqual(faultsOf(overridePolicy(rule(overriders))), []);
  });

  it('look into no deprecated overriders, as Karmada does', () => {
    const overriders = {
      labelsOverrider: [{ operator: 'add', value: { a: 'not valid!' } }],
      fieldOverrider: [{ fieldPath: 'no pointer' }],
    };
    assert.deepEqual(faultsOf(overridePolicy({ targetCluster: {}, overriders })), []);
  });
});

describe('rules of clusters', () => {
  const grade = (number: number, min: string | number, max: string | number) => ({
    grade: number,
    ranges: [{ name: 'cpu', min, max }],
  });
  const refused: readonly (readonly [object, string])[] = [
    [{ zone: 'a', zones: ['b'] }, 'spec.zone cannot be combined with zones'],
    [{ region: 'not valid!' }, 'spec.region must have the form'],
    [{ taints: [{ key: 'a b', effect: 'NoSchedule' }] }, 'spec.taints[0].key must have the form'],
    [
      { taints: [{ key: 'a', value: '!', effect: 'NoSchedule' }] },
      'spec.taints[0].value must have',
    ],
    [
      { taints: [1, 2].map(() => ({ key: 'a', effect: 'NoSchedule' })) },
      'spec.taints[1] has the same key',
    ],
    [{ taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }, 'spec.taints[0].effect must be'],
    [
      { resourceModels: [grade(0, 0, 1), grade(1, 2, 4)] },
      'spec.resourceModels must be contiguous',
    ],
    [
      { resourceModels: [grade(0, 0, 1), grade(0, 1, 2)] },
      'spec.resourceModels have grade 0 twice',
    ],
    [
      { resourceModels: [grade(0, 0, 2), grade(1, 2, 1), grade(2, 1, 3)] },
      'spec.resourceModels must have a max',
    ],
    [{ apiEndpoint: 'nowhere' }, 'spec.apiEndpoint must be a URL'],
    [{ apiEndpoint: 'https://u@host' }, 'spec.apiEndpoint must not have a user'],
    [{ proxyURL: 'ftp://host' }, 'spec.proxyURL must be a URL with'],
    [{ syncMode: 'Both' }, 'spec.syncMode must be'],
    [{ secretRef: { namespace: 'a', name: '' } }, 'spec.secretRef.name must not be empty'],
  ];
  for (const [spec, message] of refused) {
    it(`refuse a Cluster: ${message}`, () => {
      const [fault, ...more] = faultsOf(cluster(spec));
      assert.ok(fault?.message.startsWith(`Cluster c: ${message}`), fault?.message);
      assert.deepEqual(more, []);
    });
  }

  it('ask for a syncMode by the profile karmada alone', () => {
    const bare = cluster({ syncMode: undefined });
    assert.deepEqual(faultsOf(bare), []);
    const [fault] = faultsOf(bare, 'karmada');
    assert.match(fault?.message ?? '', /lacks spec.syncMode/);
  });

  it('allow taints with one key and two effects, and grades in any order', () => {
    const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'a', effect }));
    const resourceModels = [grade(1, 1, 2), grade(0, 5, 1)];
    assert.deepEqual(faultsOf(cluster({ taints, resourceModels, zones: ['a', 'b'] })), []);
  });
});

function faultsOf(object: object, profile: Profile = 'regatta'): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const source = { file: 'a.yaml', text: JSON.stringify(object) };
  parseRepository([source], (diagnostic) => faults.push(diagnostic), { profile });
  return faults;
}

function propagationPolicy(spec: object) {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret' }], ...spec },
  };
}

function overridePolicy(spec: object): object {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'OverridePolicy',
    metadata: { name: 'o', namespace: 'shop' },
    spec,
  };
}

function cluster(spec: object): object {
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'c' },
    spec: { syncMode: 'Push', ...spec },
  };
}
