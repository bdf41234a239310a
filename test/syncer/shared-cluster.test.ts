import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { FleetBed } from './fleet-bed.ts';
import { configMap, configMapKey } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd', shared: true };
const payments = { name: 'payments', id: 'p4ym3nts00', shared: true };

describe('two fleets in one cluster with sharedClusters: Allow', () => {
  it('K26: each deletes only its own objects', async () => {
    const bed = new FleetBed();
    const one = bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1'));
    const two = bed.open(payments).commit('d1', configMap('p', '1'), configMap('q', '1'));
    assert.ok(await one.once());
    assert.ok(await two.once());
    assert.ok(await one.commit('c2', configMap('a', '2')).once());
    assert.ok(await two.commit('d2', configMap('p', '2')).once());
    assert.deepEqual(namesIn(bed), ['a', 'p']);
  });

  it('K26: an object of the other fleet is refused, even with Overwrite', async () => {
    const bed = new FleetBed();
    await bed.open(payments).commit('d1', configMap('p', '1')).once();
    const one = bed.open(shop).commit('c1', configMap('a', '1'), overwriting('p', '2'));
    assert.equal(await one.once(), false);
    assert.deepEqual(one.messages('refused'), [`${configMapKey('p')} belongs to fleet "payments"`]);
    assert.deepEqual(bed.cluster.objects.get(configMapKey('p'))?.data, { value: '1' });
  });

  it('K26: an object that the first fleet abandons goes to the second one', async () => {
    const bed = new FleetBed();
    const kept = annotated('p', 'regatta.dev/preserve-on-deletion', 'true');
    const two = bed.open(payments).commit('d1', kept, configMap('q', '1'));
    await two.once();
    assert.ok(await two.commit('d2', configMap('q', '1')).once());
    const one = bed.open(shop).commit('c1', overwriting('p', '2'));
    assert.ok(await one.once(), JSON.stringify(one.events));
    const { labels = {}, managedFields } =
      bed.cluster.objects.get(configMapKey('p'))?.metadata ?? none;
    assert.equal(labels['regatta.dev/fleet'], 'shop');
    assert.doesNotMatch(JSON.stringify(managedFields), /p4ym3nts00/);
    assert.ok(await two.commit('d3', configMap('q', '2')).once());
    assert.deepEqual(namesIn(bed), ['p', 'q']);
  });

  it('K26: a Namespace stays while the inventory of another fleet has objects in it', async () => {
    const bed = new FleetBed();
    const inShop = { ...configMap('p', '1'), metadata: { name: 'p', namespace: 'shop' } };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const one = bed.open(shop).commit('c1', namespace, configMap('a', '1'));
    await one.once();
    const two = bed.open(payments).commit('d1', inShop);
    await two.once();
    // The second fleet is about to create the object again.
    bed.cluster.remove('/ConfigMap/shop/p');
    await one.commit('c2', configMap('a', '1')).once();
    assert.ok(bed.cluster.objects.has('/Namespace//shop'));
    assert.match(one.messages('held').join(), /fleet "payments" has objects in it/);
    await two.commit('d2', configMap('q', '1')).once();
    await one.commit('c3', configMap('a', '2')).once();
    assert.equal(bed.cluster.objects.has('/Namespace//shop'), false);
  });

  it('K26: an object that Kubernetes makes keeps the fields of both fleets', async () => {
    const bed = new FleetBed();
    const account = (fields: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: 'default' },
      ...fields,
    });
    bed.cluster.edit(account({}), 'kube-controller-manager', { data: { ca: 'x' } });
    const one = bed.open(shop).commit('c1', account({ one: '1' }));
    const two = bed.open(payments).commit('d1', account({ two: '1' }));
    for (let round = 0; round < 2; round++) {
      assert.ok(await one.once(), JSON.stringify(one.events));
      assert.ok(await two.once(), JSON.stringify(two.events));
    }
    const live = () => bed.cluster.objects.get('/ConfigMap/default/kube-root-ca.crt');
    assert.deepEqual([live()?.['one'], live()?.['two']], ['1', '1']);
    await two.commit('d2', configMap('q', '1')).once();
    assert.deepEqual(
      [live()?.['one'], live()?.['two'], live()?.data],
      ['1', undefined, { ca: 'x' }],
    );
  });

  it('K26: a fleet that does not allow it is refused when another one comes', async () => {
    const bed = new FleetBed();
    const one = bed.open({ ...shop, shared: false }).commit('c1', configMap('a', '1'));
    assert.ok(await one.once());
    assert.ok(await bed.open(payments).commit('d1', configMap('p', '1')).once());
    const writes = bed.cluster.writes.length;
    assert.equal(await one.commit('c2', configMap('b', '1')).once(), false);
    assert.match(one.refusals.join(), /belongs to fleet "payments"/);
    assert.equal(bed.cluster.writes.length, writes);
  });
});

function namesIn({ cluster }: FleetBed): readonly string[] {
  const keys = [...cluster.objects.keys()].filter((key) => key.startsWith('/ConfigMap/default/'));
  return keys.map((key) => key.slice('/ConfigMap/default/'.length)).toSorted();
}

function overwriting(name: string, value: string): KubeObject {
  return {
    ...annotated(name, 'work.karmada.io/conflict-resolution', 'overwrite'),
    data: { value },
  };
}

function annotated(name: string, annotation: string, value: string): KubeObject {
  const object = configMap(name, '1');
  return { ...object, metadata: { ...object.metadata, annotations: { [annotation]: value } } };
}

const none: KubeObject['metadata'] = { name: '' };
