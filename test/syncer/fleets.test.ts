import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { FleetBed } from './fleet-bed.ts';
import { configMap, configMapKey } from './samples.ts';

const shopId = 'k3v9q2m7xd';
const shop = { name: 'shop', id: shopId };
const payments = { name: 'payments', id: 'p4ym3nts00' };
const partOf = 'applyset.kubernetes.io/part-of';

describe('a fleet in a member cluster', () => {
  it('K25: its Lease, inventory and objects carry its name and id', async () => {
    const bed = new FleetBed();
    assert.ok(await bed.open(shop).commit('c1', configMap('a', '1')).once());
    const { objects } = bed.cluster;
    const lease = objects.get(`coordination.k8s.io/Lease/regatta-system/regatta.${shopId}`);
    const inventory = objects.get(`/ConfigMap/regatta-system/regatta-inventory.${shopId}`);
    for (const object of [lease, inventory]) {
      const { labels, annotations } = object?.metadata ?? {};
      assert.equal(labels?.['regatta.dev/fleet'], 'shop');
      assert.equal(labels?.['regatta.dev/fleet-id'], shopId);
      assert.equal(annotations?.['regatta.dev/repository'], 'git.example.com/shop');
      assert.equal(annotations?.['regatta.dev/branch'], 'main');
      assert.equal(annotations?.['regatta.dev/path'], 'rendered');
    }
    assert.equal(inventory?.metadata.annotations?.['regatta.dev/commit'], 'c1');
    const { labels, managedFields } = objects.get(configMapKey('a'))?.metadata ?? noMetadata;
    assert.equal(labels?.[partOf], inventory?.metadata.labels?.['applyset.kubernetes.io/id']);
    assert.equal(labels?.['regatta.dev/fleet'], 'shop');
    assert.match(JSON.stringify(managedFields), new RegExp(`"manager":"regatta.${shopId}"`));
  });

  it('K25: without spec.id, the id follows from the address and the rendered root', async () => {
    const bed = new FleetBed();
    assert.ok(await bed.open({ name: 'fleet' }).commit('c1', configMap('a', '1')).once());
    const [lease] = [...bed.cluster.objects.keys()].filter((key) => key.includes('/Lease/'));
    assert.match(lease ?? '', /\/regatta\.x[0-9a-f]{9}$/);
  });

  it('K26: a fleet that meets the inventory of another one writes nothing, not even its Lease', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1')).once();
    const before = snapshot(bed);
    const second = bed.open(payments).commit('d1', configMap('p', '1'));
    assert.equal(await second.once(), false);
    assert.deepEqual(second.refusals, [
      `the cluster belongs to fleet "shop" (id ${shopId}, git.example.com/shop); to run beside it set spec.sync.sharedClusters: Allow, to replace it pass --take-over ${shopId}`,
    ]);
    assert.deepEqual(snapshot(bed), before);
  });

  it('K27: another branch, and another repository with the same id, are refused without a write', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1')).once();
    const before = snapshot(bed);
    const branch = bed.open({ ...shop, branch: 'next' }).commit('c2', configMap('z', '1'));
    assert.equal(await branch.once(), false);
    assert.deepEqual(branch.refusals, [
      `fleet "shop" is applied from git.example.com/shop (main), not git.example.com/shop (next); pass --take-over ${shopId} if it moved`,
    ]);
    const fork = bed.open({ ...shop, repository: 'git.example.com/fork' });
    assert.equal(await fork.commit('c2', configMap('z', '1')).once(), false);
    assert.deepEqual(fork.refusals, [
      `fleet "shop" is applied from git.example.com/shop (main), not git.example.com/fork (main); pass --take-over ${shopId} if it moved`,
    ]);
    assert.deepEqual(snapshot(bed), before);
  });

  it('K27: an address that spec.repositories lists may apply the fleet', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1')).once();
    const mirror = {
      ...shop,
      repository: 'mirror.local/shop',
      repositories: ['mirror.local/shop'],
    };
    const second = bed.open(mirror);
    second.source.advance('c1', {});
    assert.ok(await second.commit('c2', configMap('b', '1')).once());
    assert.deepEqual(second.refusals, []);
    assert.equal(bed.cluster.objects.has(configMapKey('a')), false);
  });

  it('K27: a moved fleet goes on with --take-over, and deletions need an acknowledgement for 24 hours', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1')).once();
    const moved = { ...shop, repository: 'git.example.org/shop', takeOver: [shopId] };
    const second = bed.open(moved);
    second.source.advance('c1', {});
    await second.commit('d1', configMap('a', '2')).once();
    assert.deepEqual(bed.cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
    assert.ok(bed.cluster.objects.has(configMapKey('b')));
    assert.match(second.messages('held').join(), /claimed the inventory less than 24 hours ago/);
    await bed.clock.sleep(25 * 3_600_000, never);
    const third = bed.open({ ...moved, takeOver: [] });
    third.source.advance('d1', {});
    await third.commit('d2', configMap('a', '2')).once();
    assert.equal(bed.cluster.objects.has(configMapKey('b')), false);
  });

  it('K27: a moved fleet does not take the cluster back to an older commit', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1')).once();
    const moved = { ...shop, repository: 'git.example.org/shop', takeOver: [shopId] };
    const second = bed.open(moved).commit('b9', configMap('a', '0'));
    assert.equal(await second.once(), false);
    assert.deepEqual(bed.cluster.objects.get(configMapKey('a'))?.data, { value: '1' });
    assert.match(JSON.stringify(second.events), /waits: the cluster is at c1/);
  });

  it('K27: --take-over makes the objects of another fleet this fleet’s, and deletes none', async () => {
    const bed = new FleetBed();
    await bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1')).once();
    const options = { ...payments, takeOver: [shopId] };
    const second = bed.open(options).commit('d1', configMap('a', '2'), configMap('p', '1'));
    await second.once();
    const { objects } = bed.cluster;
    assert.deepEqual(second.refusals, []);
    assert.match(JSON.stringify(second.events), /"type":"claimed","cluster":"member1","objects":2/);
    assert.deepEqual(objects.get(configMapKey('a'))?.data, { value: '2' });
    const own = objects.get(`/ConfigMap/regatta-system/regatta-inventory.${payments.id}`);
    for (const name of ['a', 'b', 'p']) {
      const { labels, managedFields } = objects.get(configMapKey(name))?.metadata ?? noMetadata;
      assert.equal(labels?.[partOf], own?.metadata.labels?.['applyset.kubernetes.io/id'], name);
      assert.doesNotMatch(JSON.stringify(managedFields), new RegExp(shopId), name);
    }
    assert.equal(
      [...objects.keys()].some((key) => key.includes(shopId)),
      false,
    );
    assert.match(second.messages('held').join(), /b was taken over from another fleet/);
    const third = bed.open(options);
    third.source.advance('d1', {});
    const acknowledged = { 'member1/_acknowledged.txt': 'default/configmap_b.yaml\n' };
    third.commitWith('d2', acknowledged, configMap('a', '2'), configMap('p', '1'));
    await third.once();
    assert.equal(objects.has(configMapKey('b')), false);
  });
});

/** Returns everything in the cluster, and the number of writes. */
function snapshot({ cluster }: FleetBed): unknown {
  const objects = [...cluster.objects].map(([key, { metadata }]): [ObjectKey, unknown] => {
    return [key, metadata.resourceVersion];
  });
  return { objects, writes: cluster.writes.length };
}

const noMetadata: KubeObject['metadata'] = { name: '' };

const never = new AbortController().signal;
