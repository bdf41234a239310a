import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './repository-faults.ts';

/** Karmada's schemas accept these objects, and its webhooks refuse them. */
describe('rules of clusters', () => {
  const grade = (number: number, min: string | number, max: string | number) => ({
    grade: number,
    ranges: [{ name: 'cpu', min, max }],
  });
  const refused: readonly (readonly [object, string])[] = [
    [{ zone: 'a', zones: ['b'] }, 'spec.zone cannot be combined with zones'],
    [{ region: 'not valid!' }, 'spec.region must be a valid label value'],
    [
      { taints: [{ key: 'a b', effect: 'NoSchedule' }] },
      'spec.taints[0].key must be a valid label key',
    ],
    [
      { taints: [{ key: 'a', value: '!', effect: 'NoSchedule' }] },
      'spec.taints[0].value must be a valid label value',
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
    it(`refuses a Cluster: ${message}`, () => {
      const [fault, ...more] = faultsOf(cluster(spec));
      assert.ok(fault?.message.startsWith(`Cluster c: ${message}`), fault?.message);
      assert.deepEqual(more, []);
    });
  }

  it('requires a syncMode in a Cluster only under the profile karmada', () => {
    const bare = cluster({ syncMode: undefined });
    assert.deepEqual(faultsOf(bare), []);
    const [fault] = faultsOf(bare, 'karmada');
    assert.match(fault?.message ?? '', /lacks spec.syncMode/);
  });

  it('allows taints with equal keys and different effects, and grades in any order', () => {
    const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: 'a', effect }));
    const resourceModels = [grade(1, 1, 2), grade(0, 5, 1)];
    assert.deepEqual(faultsOf(cluster({ taints, resourceModels, zones: ['a', 'b'] })), []);
  });
});

function cluster(spec: object): object {
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'c' },
    spec: { syncMode: 'Push', ...spec },
  };
}
