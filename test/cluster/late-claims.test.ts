import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

const wave = (number: string) => ({ 'argocd.argoproj.io/sync-wave': number });
const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'late', annotations: wave('-2') },
  provisioner: 'late.example',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'late', namespace: 'default', annotations: wave('-1') },
  spec: {
    storageClassName: 'late',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Mi' } },
  },
};

describe('a claim that waits for its first consumer', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  it('K36: does not hold up a later wave, or the end of --once', async () => {
    await scenario.sync({
      '_cluster/storageclass.json': storageClass,
      'default/claim.json': claim,
      'default/later.json': configMap('later', '1'),
    });
    assert.ok(await scenario.member1.get(`${configMaps}/later`));
    const path = '/api/v1/namespaces/default/persistentvolumeclaims/late';
    const { phase } = ((await scenario.member1.get(path))?.status ?? {}) as { phase?: string };
    assert.equal(phase, 'Pending');
  });
});
