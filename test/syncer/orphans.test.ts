import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus } from '#cli/print/status.ts';
import { asMember } from '#syncer/ownership/applyset.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { inspect } from '#syncer/status/inspect.ts';
import { FakeCluster } from './fake-cluster.ts';
import {
  configMap,
  configMapKey,
  desire,
  openMember,
  sampleManager,
  sampleOwner,
} from './samples.ts';

const never = new AbortController().signal;
const desired = desire('one', configMap('a', '1'));

describe('an object with the label of the fleet that is neither in Git nor in the inventory', () => {
  it('K56: is an orphan in the status, and stays, if the fleet applied it', async () => {
    const cluster = new FakeCluster();
    const { member } = openMember(cluster);
    await reconcile(member, desired, never);
    const how = { dryRun: false, manager: sampleManager };
    await cluster.apply(asMember(configMap('b', '1'), sampleOwner), how);
    await reconcile(openMember(cluster).member, desired, never);
    assert.ok(cluster.objects.has(configMapKey('b')));
    const status = await inspect(openMember(cluster).member, desired, never);
    assert.deepEqual(status.orphans, [configMapKey('b')]);
    assert.equal(status.sync, 'synced');
    const text = formatStatus([status], { wide: false, branch: 'main' }).join('\n');
    assert.match(
      text,
      /member1: ConfigMap default\/b is an orphan: .*neither in Git nor in the inventory/,
    );
  });

  it('K56: is not an orphan if another manager copied the label', async () => {
    const cluster = new FakeCluster();
    await reconcile(openMember(cluster).member, desired, never);
    const copy = asMember(configMap('copy', '1'), sampleOwner);
    cluster.edit(copy, 'kubectl', { data: { value: '1' } });
    const status = await inspect(openMember(cluster).member, desired, never);
    assert.deepEqual(status.orphans, []);
  });
});
