import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import { readShard } from '#syncer/inventory/config-map.ts';
import { presentIn } from '#syncer/inventory/departed.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import type { Strike } from './fake-line.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const first = desire(
  'one',
  configMap('kept', '1'),
  configMap('changed', '1'),
  configMap('left', '1'),
);
const second = desire(
  'two',
  configMap('kept', '1'),
  configMap('changed', '2'),
  configMap('new', '2'),
);
const foreign = configMap('foreign', 'theirs');

describe('a syncer killed at any call', () => {
  for (const strike of ['before', 'after'] as const) {
    it(`converges on the commit of the killed turn (killed ${strike} the call)`, async () => {
      await everyCall(strike, second);
    });

    it(`converges on the previous commit after Git went back to it (killed ${strike} the call)`, async () => {
      await everyCall(strike, first);
    });
  }
});

/** Kills the turn from `first` to `second` at each of its calls, then reconciles to `goal`. */
async function everyCall(strike: Strike, goal: Desired): Promise<void> {
  for (let at = 0; ; at++) {
    const cluster = await settledCluster();
    cluster.kill(at, strike);
    await reconcile(openMember(cluster).member, second, never).catch(() => {});
    const killed = cluster.killed;
    cluster.revive();
    if (!killed) {
      assert.ok(at > 6, `a turn has only ${at} calls: nothing was killed`);
      return;
    }
    await reconcile(openMember(cluster).member, goal, never);
    assertEquals(cluster, goal, `killed ${strike} call ${at}`);
  }
}

async function settledCluster(): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  cluster.edit(foreign, 'kubectl', { data: foreign.data });
  await reconcile(openMember(cluster).member, first, never);
  cluster.revive();
  return cluster;
}

function assertEquals(cluster: FakeCluster, goal: Desired, when: string): void {
  const data = (object: KubeObject | undefined) => object?.data;
  for (const [key, { object }] of goal.objects) {
    assert.deepEqual(data(cluster.objects.get(key)), object.data, `${key}, ${when}`);
  }
  const ours = [...cluster.objects.keys()].filter((key) => key.startsWith('/ConfigMap/default/'));
  const expected = [...goal.objects.keys(), configMapKey('foreign')];
  assert.deepEqual(ours.toSorted(), expected.toSorted(), when);
  const parent = cluster.objects.get(parentKey);
  assert.ok(parent, when);
  assert.deepEqual(
    [...presentIn(readShard(parent).entries).keys()].toSorted(),
    [...goal.objects.keys()].toSorted(),
    when,
  );
}

const never = new AbortController().signal;
