import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readShard } from '#syncer/inventory/config-map.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const never = new AbortController().signal;
const one = desire('one', configMap('a', '1'), configMap('b', '1'));
const two = desire('two', configMap('a', '1'));

function entriesOf(cluster: FakeCluster): readonly string[] {
  const parent = cluster.objects.get(parentKey);
  return parent ? [...readShard(parent).entries.keys()].toSorted() : [];
}

describe('the inventory entry of a deleted object', () => {
  it('K56: stays until a list ten seconds later confirms that the object is gone', async () => {
    const cluster = new FakeCluster();
    cluster.time = 1_000_000;
    const { member } = openMember(cluster);
    await reconcile(member, one, never);
    const { outcomes } = await reconcile(member, two, never);
    assert.equal(outcomes.find(({ key }) => key === configMapKey('b'))?.pauseMs, 10_000);
    cluster.time += 9000;
    await reconcile(member, two, never);
    assert.deepEqual(entriesOf(cluster), [configMapKey('a'), configMapKey('b')]);
    cluster.time += 1000;
    cluster.calls.length = 0;
    await reconcile(member, two, never);
    assert.deepEqual(cluster.calls, ['list ConfigMap', `apply ${parentKey}`]);
    assert.deepEqual(entriesOf(cluster), [configMapKey('a')]);
  });

  it('K56: finds an object that a repeated write created again, also in a new process', async () => {
    const cluster = new FakeCluster();
    cluster.time = 1_000_000;
    await reconcile(openMember(cluster).member, one, never);
    const old = cluster.objects.get(configMapKey('b'));
    await reconcile(openMember(cluster).member, two, never);
    assert.ok(old && !cluster.objects.has(configMapKey('b')));
    cluster.objects.set(configMapKey('b'), { ...old, metadata: { ...old.metadata, uid: 'again' } });
    cluster.time += 60_000;
    await reconcile(openMember(cluster).member, two, never);
    assert.ok(!cluster.objects.has(configMapKey('b')));
  });

  it('K56: counts a repeated deletion once in the deletion budget', async () => {
    const cluster = new FakeCluster();
    cluster.time = 1_000_000;
    const objects = Array.from({ length: 12 }, (_, i) => configMap(`many-${i}`, '1'));
    await reconcile(openMember(cluster).member, desire('one', ...objects), never);
    const before = new Map(cluster.objects);
    const rest = desire('two', ...objects.slice(10));
    for (let time = 0; time < 3; time++) {
      await reconcile(openMember(cluster).member, rest, never);
      assert.ok(!cluster.objects.has(configMapKey('many-0')), `deletion ${time}`);
      for (const [key, object] of before)
        if (key.includes('many')) cluster.objects.set(key, object);
    }
  });
});
