import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus } from '#cli/print/status.ts';
import type { ObjectKey } from '#model/object.ts';
import { Loop } from '#syncer/loop.ts';
import { asMember } from '#syncer/ownership/applyset.ts';
import { reconcile } from '#syncer/reconcile.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { inspect } from '#syncer/status/inspect.ts';
import { FakeCluster } from './fake-cluster.ts';
import {
  configMap,
  configMapKey,
  desire,
  fakeClock,
  holderNamed,
  openMember,
  sampleManager,
  sampleOwner,
  silent,
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

  it('K56: is found among kinds of which neither Git nor the inventory has an object', async () => {
    const cluster = await clusterWithOrphan();
    cluster.calls.length = 0;
    const status = await inspect(openMember(cluster).member, desired, never);
    assert.deepEqual(status.orphans, ['/Secret/default/s']);
    assert.equal(status.sync, 'synced');
    assert.ok(cluster.objects.has('/Secret/default/s' as ObjectKey));
    const lists = cluster.calls.filter((call) => /^(list|audit) /.test(call));
    assert.deepEqual(lists.toSorted(), ['audit Namespace', 'audit Secret', 'list ConfigMap']);
  });

  it('K56: is unknown in an API group that cannot be listed, which the status shows', async () => {
    const cluster = await clusterWithOrphan();
    cluster.unknownGroups.add('broken.example');
    const status = await inspect(openMember(cluster).member, desired, never);
    assert.deepEqual(status.unsearched, ['broken.example']);
    const text = formatStatus([status], { wide: true, branch: 'main' }).join('\n');
    assert.match(text, /member1: may have orphans that were not listed: API group broken.example/);
  });

  it('K56: is reported once by a running syncer, which lists at most one kind a minute', async () => {
    const cluster = await clusterWithOrphan();
    const [clock, stop, reasons] = [fakeClock(), new AbortController(), [] as string[]];
    const report = (event: SyncEvent) => {
      if (event.type === 'trouble') reasons.push(event.reason);
    };
    const loop = new Loop({
      ...{ name: 'member1', port: cluster, clock, log: silent, report, goal: desired },
      ...{ holder: holderNamed('me'), tooling: 'regatta.dev/0', takeOver: new Set<string>() },
      ...{ descends: async () => true, mayFollow: async () => true, refresh: async () => {} },
      ...{ resyncMs: 3_600_000, onProgress: () => {} },
    });
    const running = loop.run(stop.signal);
    loop.setDesired({ type: 'desired', desired });
    await clock.sleep(3_000_000, never);
    cluster.calls.length = 0;
    const elsewhere = () => cluster.calls.filter((call) => /^audit (Secret|Namespace)/.test(call));
    for (let minute = 0; minute < 180; minute++) {
      const before = elsewhere().length;
      await clock.sleep(59_000, never);
      assert.ok(elsewhere().length - before <= 1, `minute ${minute}`);
    }
    stop.abort();
    await running;
    assert.ok(elsewhere().length >= 4 && elsewhere().length <= 8, `${elsewhere().length} lists`);
    const why = 'it has the label of the fleet, but is neither in Git nor in the inventory';
    assert.deepEqual(reasons, [`Secret default/s is an orphan: ${why}`]);
    assert.ok(cluster.objects.has('/Secret/default/s' as ObjectKey));
    assert.ok(!cluster.writes.some((write) => write.includes('Secret')), 'nothing is written');
  });
});

/** Returns a cluster at the commit, with a Secret that the fleet applied and forgot. */
async function clusterWithOrphan(): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  await reconcile(openMember(cluster).member, desired, never);
  const secret = { ...configMap('s', '1'), kind: 'Secret' };
  await cluster.apply(asMember(secret, sampleOwner), { dryRun: false, manager: sampleManager });
  cluster.writes.length = 0;
  return cluster;
}
