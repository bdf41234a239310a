import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryMs } from '#model/deletion-records.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import type { Member } from '#syncer/member.ts';
import { reconcile } from '#syncer/reconcile.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { FakeCluster } from './fake-cluster.ts';
import type { Strike } from './fake-line.ts';
import { configMap, configMapKey, desire, openMember } from './samples.ts';

const never = new AbortController().signal;
const name = (index: number) => `m${String(index).padStart(2, '0')}`;

/** Returns a commit with this many ConfigMaps. */
function having(count: number, acknowledged: readonly number[] = []): Desired {
  const maps = Array.from({ length: count }, (_, i) => configMap(name(i), '1'));
  const paths = acknowledged.map((index) => renderedPathOf(configMapKey(name(index))));
  return { ...desire(`c${count}`, ...maps), acknowledged: new Set(paths) };
}

function countIn(cluster: FakeCluster): number {
  const keys = [...cluster.objects.keys()];
  return keys.filter((key) => key.startsWith('/ConfigMap/default/')).length;
}

async function clusterOf(count: number): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  cluster.time = Date.UTC(2026, 0, 1);
  await sync(cluster, having(count));
  return cluster;
}

/** Runs one turn of a new process, or of the given member, and returns its events. */
async function sync(
  cluster: FakeCluster,
  desired: Desired,
  member?: Member,
): Promise<readonly SyncEvent[]> {
  if (member !== undefined) {
    await reconcile(member, desired, never);
    return [];
  }
  cluster.revive();
  const opened = openMember(cluster);
  await reconcile(opened.member, desired, never);
  return opened.events;
}

describe('the memory of deletions', () => {
  it('K31: S18: holds pushes that each stay below half, once they exceed half together', async () => {
    const cluster = await clusterOf(80);
    const { member, events } = openMember(cluster);
    const left: number[] = [];
    for (const count of [41, 21, 11, 1]) {
      await sync(cluster, having(count), member);
      left.push(countIn(cluster));
    }
    assert.deepEqual(left, [41, 41, 41, 41]);
    const held = events.filter(({ type }) => type === 'held');
    const limit = { found: 59, total: 80, of: 'objects', allowed: 40 };
    const setting = 'spec.deletionBudget.cluster';
    assert.deepEqual(held[0], { type: 'held', cluster: 'member1', held: 20, ...limit, setting });
    assert.ok(!events.some((event) => event.type === 'object' && event.result === 'held'));
  });

  it('K31: remembers deletions across a restart and in a new holder', async () => {
    const cluster = await clusterOf(80);
    for (const count of [60, 45, 39]) await sync(cluster, having(count));
    assert.equal(countIn(cluster), 45, 'each process is a new one');
  });

  it('K31: compares with the largest size of the cluster in that time', async () => {
    const cluster = await clusterOf(80);
    await sync(cluster, having(45));
    await sync(cluster, having(40));
    assert.equal(countIn(cluster), 40, 'half of 80 may go');
    await sync(cluster, having(39));
    assert.equal(countIn(cluster), 40);
    // Objects that come and go do not raise the limit.
    await sync(cluster, having(80));
    await sync(cluster, having(79));
    assert.equal(countIn(cluster), 80);
  });

  it('K31: forgets a deletion after 24 hours, and writes nothing for that', async () => {
    const cluster = await clusterOf(80);
    const start = cluster.time ?? 0;
    await sync(cluster, having(41));
    cluster.time = start + memoryMs - 1;
    await sync(cluster, having(39));
    assert.equal(countIn(cluster), 41);
    cluster.time = start + memoryMs + 1;
    cluster.writes.length = 0;
    await sync(cluster, having(41));
    assert.deepEqual(cluster.writes, []);
    await sync(cluster, having(30));
    assert.equal(countIn(cluster), 30);
  });

  it('K31: measures time by the API server, so that the clock of a syncer may be wrong', async () => {
    const cluster = await clusterOf(80);
    await sync(cluster, having(41));
    const { member } = openMember(cluster);
    await member.clock.sleep(400 * memoryMs, never);
    // Without the earlier deletions, 20 of 41 objects would be within the budget.
    await sync(cluster, having(21), member);
    assert.equal(countIn(cluster), 41);
  });

  it('K31: counts a deletion for 24 hours at most, when the clock jumps back', async () => {
    const cluster = await clusterOf(80);
    const start = cluster.time ?? 0;
    cluster.time = start + 400 * memoryMs;
    await sync(cluster, having(41));
    cluster.time = start;
    await sync(cluster, having(20));
    assert.equal(countIn(cluster), 41);
    cluster.time = start + memoryMs - 1;
    await sync(cluster, having(20));
    assert.equal(countIn(cluster), 41);
    cluster.time = start + memoryMs + 1;
    await sync(cluster, having(25));
    assert.equal(countIn(cluster), 25);
  });

  it('K31: does not count acknowledged deletions', async () => {
    const cluster = await clusterOf(30);
    const first = Array.from({ length: 14 }, (_, i) => 16 + i);
    await sync(cluster, having(16, first));
    assert.equal(countIn(cluster), 16);
    await sync(cluster, having(1));
    assert.equal(countIn(cluster), 1, 'half of 30, the largest size');
  });

  it('K31: does not count a deletion that did not happen before Git had the object again', async () => {
    const cluster = await clusterOf(30);
    for (let round = 0; round < 3; round++) {
      const { member } = openMember(cluster);
      cluster.kill(callsBeforeDeletion, 'before');
      await reconcile(member, having(16), never).catch(() => {});
      assert.equal(countIn(cluster), 30, `round ${round}`);
      await sync(cluster, having(30));
    }
    await sync(cluster, having(16));
    assert.equal(countIn(cluster), 16);
  });

  it('K31: counts no deletion twice and forgets none when it is killed before any call', async () => {
    await killEveryCall('before');
  });

  it('K31: counts no deletion twice and forgets none when it is killed after any call', async () => {
    await killEveryCall('after');
  });

  it('refuses a memory that no syncer wrote', async () => {
    const cluster = await clusterOf(30);
    const parent = [...cluster.objects.values()].find(
      ({ metadata }) => metadata.namespace === 'regatta-system',
    );
    assert.ok(parent);
    const annotations = { ...parent.metadata.annotations, 'regatta.dev/inventory-deletions': '{' };
    cluster.edit(parent, 'kubectl', { metadata: { ...parent.metadata, annotations } });
    await assert.rejects(
      sync(cluster, having(29)),
      /invalid annotation regatta.dev\/inventory-del/,
    );
    assert.equal(countIn(cluster), 30);
  });
});

/** Number of calls of a turn before its first deletion. */
const callsBeforeDeletion = 3;

async function killEveryCall(strike: Strike): Promise<void> {
  for (let at = 0; ; at++) {
    if (await killedAt(at, strike)) continue;
    assert.ok(at > 15, `a turn has only ${at} calls`);
    return;
  }
}

/** Kills a turn that deletes as much as the budget allows, goes on, and tries to delete one more. */
async function killedAt(at: number, strike: Strike): Promise<boolean> {
  const cluster = await clusterOf(30);
  cluster.kill(at, strike);
  const { member } = openMember(cluster);
  await reconcile(member, having(15), never).catch(() => {});
  const { killed } = cluster;
  await sync(cluster, having(15));
  assert.equal(countIn(cluster), 15, `killed ${strike} call ${at}: counted twice`);
  await sync(cluster, having(14));
  assert.equal(countIn(cluster), 15, `killed ${strike} call ${at}: forgotten`);
  return killed;
}
