import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { configMapsOf, inventoryOf, inventoryPath, Scenario } from './scenario.ts';

const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases/regatta.f1eet00001';
/** Takes over an object from any other manager. */
const annotations = { 'work.karmada.io/conflict-resolution': 'overwrite' };
const inventory = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'regatta-inventory.f1eet00001', namespace: 'regatta-system', annotations },
  data: { inventory: '' },
};
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'regatta.f1eet00001', namespace: 'regatta-system', annotations },
  spec: { holderIdentity: 'attacker', leaseDurationSeconds: 100_000_000 },
};
const attack = {
  'regatta-system/configmap_inventory.json': inventory,
  'regatta-system/lease.json': lease,
};

describe('an object of Regatta’s own in Git', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
    await scenario.sync({ 'default/configmap_kept.json': configMap('own-kept', '1') });
  });
  after(() => scenario?.close());

  it('K28: S13: is refused by the syncer, which keeps its inventory and its Lease', async () => {
    const left = configMap('own-left', '1');
    const { events } = await scenario.sync({ ...attack, 'default/configmap_left.json': left }, 1);
    const refused = events.flatMap((event) =>
      event.type === 'object' && event.result === 'refused' ? [event.key] : [],
    );
    assert.deepEqual(refused.toSorted(), [
      '/ConfigMap/regatta-system/regatta-inventory.f1eet00001',
      'coordination.k8s.io/Lease/regatta-system/regatta.f1eet00001',
    ]);
    assert.deepEqual(await configMapsOf(scenario.member1, 'own-'), ['own-kept', 'own-left']);
    assert.deepEqual(await inventoryOf(scenario.member1), [
      '/ConfigMap/default/own-kept',
      '/ConfigMap/default/own-left',
    ]);
    assert.doesNotMatch(JSON.stringify(await scenario.member1.get(leasePath)), /attacker/);
  });

  it('K28: S13: is not deleted when it leaves Git, and what left Git meanwhile is', async () => {
    const gone = Object.fromEntries(Object.keys(attack).map((path) => [path, undefined]));
    await scenario.sync({ ...gone, 'default/configmap_left.json': undefined });
    assert.deepEqual(await configMapsOf(scenario.member1, 'own-'), ['own-kept']);
    for (const path of [leasePath, inventoryPath]) assert.ok(await scenario.member1.get(path));
  });
});
