import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterError } from '#syncer/cluster-error.ts';
import { Retries } from '#syncer/pace/retries.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const never = new AbortController().signal;
const inventoryKey = '/ConfigMap/regatta-system/regatta-inventory';
const leaseKey = 'coordination.k8s.io/Lease/regatta-system/regatta';
const own = (name: string) => {
  const object = configMap(name, '1');
  return { ...object, metadata: { ...object.metadata, namespace: 'regatta-system' } };
};
const lease = { ...own('regatta'), apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

describe('an object of Regatta’s own in Git', () => {
  it('K28: S13: is refused alone, and is never written or deleted', async () => {
    const cluster = new FakeCluster();
    cluster.edit(lease, 'another-syncer', { spec: { holderIdentity: 'x' } });
    const wanted = desire('one', configMap('a', '1'), own('regatta-inventory'), lease);
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(member, wanted, never);
    const refused = outcomes.filter(({ result }) => result === 'refused').map(({ key }) => key);
    assert.deepEqual(refused.toSorted(), [inventoryKey, leaseKey].toSorted());
    assert.ok(cluster.objects.has(configMapKey('a')));
    await reconcile(member, desire('two', configMap('a', '1')), never);
    assert.ok(cluster.objects.has(leaseKey));
    assert.ok(!cluster.writes.some((write) => write.includes(leaseKey)));
  });

  it('K28: leaves the inventory without a deletion if an earlier version had it there', async () => {
    const cluster = new FakeCluster();
    await reconcile(openMember(cluster).member, desire('one', configMap('a', '1')), never);
    cluster.edit(lease, 'regatta', { spec: { holderIdentity: 'x' } });
    const parent = cluster.objects.get(parentKey) ?? assert.fail();
    const { inventory } = parent.data as { readonly inventory: string };
    cluster.edit(parent, 'regatta', { data: { inventory: `${inventory}${leaseKey} v1 - -\n` } });
    await reconcile(openMember(cluster).member, desire('two', configMap('a', '2')), never);
    assert.ok(cluster.objects.has(leaseKey));
    assert.doesNotMatch(JSON.stringify(cluster.objects.get(parentKey)?.data), /Lease/);
  });

  it('K28: is also one with a label or annotation that only the syncer sets', async () => {
    const cluster = new FakeCluster();
    const names = [
      'applyset.kubernetes.io/part-of',
      'regatta.dev/inventory',
      'regatta.dev/fleet-id',
    ];
    const marked = names.map((name, index) => {
      const object = configMap(`marked-${index}`, '1');
      return { ...object, metadata: { ...object.metadata, annotations: { [name]: 'x' } } };
    });
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(
      member,
      desire('one', configMap('a', '1'), ...marked),
      never,
    );
    assert.equal(outcomes.filter(({ result }) => result === 'refused').length, names.length);
    assert.ok(cluster.objects.has(configMapKey('a')));
  });
});

describe('a turn that loses the race for its inventory', () => {
  it('K28: is not repeated before its pause, and pauses longer each time', () => {
    const retries = new Retries('member1');
    const raced = new ClusterError('transient', 'the object has been modified', { status: 409 });
    const first = retries.failed(raced, 0, true).pauseMs;
    assert.equal(retries.untilAsked(0), first);
    assert.ok(retries.failed(raced, first, true).pauseMs > first);
    assert.equal(retries.untilAsked(100_000), 0);
  });
});
