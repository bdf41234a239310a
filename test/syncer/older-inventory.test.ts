import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { toolingAnnotation } from '#syncer/ownership/applyset.ts';
import { olderNames } from '#syncer/ownership/names.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FleetBed } from './fleet-bed.ts';
import { configMap, configMapKey } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd' };
const inventoryKey = '/ConfigMap/regatta-system/regatta-inventory';
const partOf = 'applyset.kubernetes.io/part-of';

describe('an inventory from before fleets had ids', () => {
  it('K27: is claimed if its commit is in the history, under its old names and without a change of objects', async () => {
    const bed = await olderBed('c1', configMap('a', '1'), configMap('b', '1'));
    const { cluster } = bed;
    const before = cluster.objects.get(configMapKey('a'));
    const fleet = bed.open(shop);
    fleet.source.advance('c1', {});
    assert.ok(await fleet.commit('c2', configMap('a', '1'), configMap('b', '2')).once());
    assert.deepEqual(cluster.objects.get(configMapKey('a')), before);
    const { labels, annotations = {} } = cluster.objects.get(inventoryKey)?.metadata ?? none;
    assert.equal(labels?.['regatta.dev/fleet-id'], shop.id);
    assert.match(annotations['regatta.dev/fleet-claimed'] ?? '', /^1970-/);
    assert.equal(
      [...cluster.objects.keys()].some((key) => key.includes(shop.id)),
      false,
    );
    const b = cluster.objects.get(configMapKey('b'));
    assert.equal(b?.metadata.labels?.[partOf], olderNames.applySetId);
    assert.equal(b?.metadata.labels?.['regatta.dev/fleet'], 'shop');
    assert.match(JSON.stringify(fleet.events), /"claimed","cluster":"member1","objects":2/);
  });

  it('K27: refuses older syncers after the claim, by the tooling annotation', async () => {
    const bed = await olderBed('c1', configMap('a', '1'));
    const fleet = bed.open(shop);
    fleet.source.advance('c1', {});
    await fleet.commit('c2', configMap('a', '1')).once();
    const { annotations = {} } = bed.cluster.objects.get(inventoryKey)?.metadata ?? none;
    // Syncers without fleets accept `regatta/` only.
    assert.equal(annotations[toolingAnnotation], 'regatta.dev/1.0.0');
  });

  it('K27: after a claim, deletions need an acknowledgement for 24 hours', async () => {
    const bed = await olderBed('c1', configMap('a', '1'), configMap('b', '1'));
    const fleet = bed.open(shop);
    fleet.source.advance('c1', {});
    await fleet.commit('c2', configMap('a', '1')).once();
    assert.ok(bed.cluster.objects.has(configMapKey('b')));
    assert.match(fleet.messages('held').join(), /less than 24 hours ago/);
    await bed.clock.sleep(24 * 3_600_000, never);
    await fleet.commit('c3', configMap('a', '2')).once();
    assert.equal(bed.cluster.objects.has(configMapKey('b')), false);
  });

  it('K27: is refused without a write if its commit is not in the history', async () => {
    const bed = await olderBed('1a2b3c4d5e6f7a8b', configMap('a', '1'));
    const writes = bed.cluster.writes.length;
    const fleet = bed.open(shop).commit('d1', configMap('z', '1'));
    assert.equal(await fleet.once(), false);
    assert.deepEqual(fleet.refusals, [
      'the inventory names no fleet, and its commit 1a2b3c4d5e6f is not in the history of main; pass --take-over unidentified if its objects belong to this fleet',
    ]);
    assert.equal(bed.cluster.writes.length, writes);
    assert.equal(
      [...bed.cluster.objects.keys()].some((key) => key.includes('Lease')),
      false,
    );
  });

  it('K27: is taken over with --take-over unidentified, and its deletions need an acknowledgement', async () => {
    const bed = await olderBed('unknown', configMap('a', '1'), configMap('b', '1'));
    const fleet = bed.open({ ...shop, takeOver: ['unidentified'] });
    await fleet.commit('d1', configMap('a', '2')).once();
    assert.deepEqual(bed.cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
    await bed.clock.sleep(48 * 3_600_000, never);
    await fleet.commit('d2', configMap('a', '3')).once();
    assert.deepEqual(bed.cluster.objects.get(configMapKey('a'))?.data, { value: '3' });
    assert.ok(bed.cluster.objects.has(configMapKey('b')));
    assert.match(fleet.messages('held').join(), /b was taken over/);
  });

  it('K27: keeps its names when the cluster lost it after the claim', async () => {
    const bed = await olderBed('c1', configMap('a', '1'));
    const fleet = bed.open(shop);
    fleet.source.advance('c1', {});
    await fleet.commit('c2', configMap('a', '1')).once();
    bed.cluster.remove(inventoryKey);
    assert.ok(await fleet.commit('c3', configMap('a', '2')).once());
    assert.ok(bed.cluster.objects.has(inventoryKey));
    assert.deepEqual(bed.cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
  });
});

/** Returns a cluster as a syncer without fleets left it. */
async function olderBed(commit: string, ...objects: readonly KubeObject[]): Promise<FleetBed> {
  const cluster = new FakeCluster();
  const keys: string[] = [];
  for (const object of objects) {
    const labels = { [partOf]: olderNames.applySetId };
    const labelled = { ...object, metadata: { ...object.metadata, labels } };
    await cluster.apply(labelled, { dryRun: false, manager: 'regatta' });
    keys.push(`${configMapKey(object.metadata.name)} v1 - -\n`);
  }
  const { name, namespace } = olderNames.inventory;
  await cluster.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace,
        labels: { 'applyset.kubernetes.io/id': olderNames.applySetId },
        annotations: { [toolingAnnotation]: 'regatta/0.9.0', 'regatta.dev/commit': commit },
      },
      data: { inventory: keys.join('') },
    },
    { dryRun: false, manager: 'regatta' },
  );
  return new FleetBed(cluster);
}

const none: KubeObject['metadata'] = { name: '' };

const never = new AbortController().signal;
