import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember } from './samples.ts';

const never = new AbortController().signal;
const role = {
  ...configMap('reader', '1'),
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
};
const roleKey = 'rbac.authorization.k8s.io/Role/default/reader';

describe('a forbidden kind', () => {
  it('reports each object of a forbidden kind with the API server’s message, and applies the rest', async () => {
    const cluster = new FakeCluster();
    cluster.forbiddenKinds.add('Role');
    const { member, events } = openMember(cluster);
    const { outcomes } = await reconcile(member, desire('one', configMap('a', '1'), role), never);
    assert.deepEqual(
      outcomes.map(({ key, result, message }) => [key, result, message]),
      [
        [roleKey, 'failed', 'cannot list'],
        [configMapKey('a'), 'created', ''],
      ],
    );
    assert.ok(events.some((event) => event.type === 'object' && event.key === roleKey));
    assert.ok(!cluster.writes.includes(`apply ${roleKey}`));
    cluster.forbiddenKinds.clear();
    const later = await reconcile(member, desire('one', configMap('a', '1'), role), never);
    assert.deepEqual(later.outcomes.map(({ result }) => result).toSorted(), [
      'created',
      'unchanged',
    ]);
  });

  it('K22: does not count unreadable objects as deleted, and prunes objects of other API groups', async () => {
    const cluster = new FakeCluster();
    await reconcile(
      openMember(cluster).member,
      desire('one', configMap('a', '1'), configMap('b', '1'), role),
      never,
    );
    cluster.forbiddenKinds.add('Role');
    const two = desire('two', configMap('a', '1'));
    const { outcomes } = await reconcile(openMember(cluster).member, two, never);
    assert.deepEqual(outcomes.find(({ key }) => key === roleKey)?.result, 'held');
    assert.ok(!cluster.objects.has(configMapKey('b')));
    assert.ok(cluster.objects.has(roleKey));
    cluster.forbiddenKinds.clear();
    const { member } = openMember(cluster);
    for (let turn = 0; turn < 2; turn++) await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(roleKey));
  });
});
