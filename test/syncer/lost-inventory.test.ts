import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const never = new AbortController().signal;
const one = desire('one', configMap('a', '1'), configMap('b', '1'));
const two = desire('two', configMap('a', '1'));

/** Returns a cluster at commit one that has lost its inventory, and that does not show an API group. */
async function clusterWithoutInventory(): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  await reconcile(openMember(cluster).member, one, never);
  cluster.remove(parentKey);
  cluster.unknownGroups.add('b10.example');
  return cluster;
}

describe('a lost inventory', () => {
  it('K32: deletes nothing until every API group is known, also after a restart', async () => {
    const cluster = await clusterWithoutInventory();
    for (const { member } of [openMember(cluster), openMember(cluster)]) {
      const { outcomes } = await reconcile(member, two, never);
      assert.deepEqual(
        outcomes.flatMap(({ result, message }) => (result === 'held' ? [message] : [])),
        ['cannot list objects of API group b10.example, and the inventory was lost'],
      );
      assert.ok(cluster.objects.has(configMapKey('b')));
    }
    const { member } = openMember(cluster);
    cluster.unknownGroups.clear();
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(configMapKey('b')));
    assert.doesNotMatch(JSON.stringify(cluster.objects.get(parentKey)), /unlisted/);
  });

  it('K32: completes the inventory in the same process when the API group is known', async () => {
    const cluster = await clusterWithoutInventory();
    const { member } = openMember(cluster);
    await reconcile(member, two, never);
    cluster.unknownGroups.clear();
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(configMapKey('b')));
  });

  it('K32: an unknown API group holds nothing in a cluster that never had an inventory', async () => {
    const cluster = new FakeCluster();
    cluster.unknownGroups.add('b10.example');
    const { member } = openMember(cluster);
    await reconcile(member, one, never);
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(configMapKey('b')));
  });
});
