import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Loop } from '#syncer/loop.ts';
import { backoffMs, clusterBackoff } from '#syncer/pace/backoff.ts';
import type { Clock, Log } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { assertEvent } from '#test/events.ts';
import { FakeCluster } from './fake-cluster.ts';
import {
  configMap,
  configMapKey,
  desire,
  fakeClock,
  holderNamed,
  parentKey,
  silent,
} from './samples.ts';

const never = new AbortController().signal;

interface Running {
  readonly cluster: FakeCluster;
  readonly clock: Clock;
  readonly loop: Loop;
  readonly events: readonly SyncEvent[];
  stop(): Promise<void>;
}

function start(cluster = new FakeCluster(), log: Log = silent): Running {
  const clock = fakeClock();
  const events: SyncEvent[] = [];
  const report = (event: SyncEvent) => events.push(event);
  const options = { name: 'member1', port: cluster, clock, log, report };
  const loop = new Loop({
    ...options,
    holder: holderNamed('me'),
    tooling: 'regatta.dev/0',
    goal: desire(''),
    takeOver: new Set(),
    descends: async () => true,
    resyncMs: 3_600_000,
    onProgress: () => {},
    mayFollow: async () => true,
    refresh: async () => {},
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  const end = () => {
    stop.abort();
    return running;
  };
  return { cluster, clock, loop, events, stop: end };
}

describe('a loop', () => {
  it('sends an offline cluster one request every 5 s at most, regardless of new commits', async (t) => {
    const { cluster, clock, loop, events, stop } = start();
    t.after(stop);
    cluster.down = true;
    for (let second = 0; second < 600; second++) {
      const desired = desire(`commit-${second}`, configMap('a', String(second)));
      loop.setDesired({ type: 'desired', desired });
      await clock.sleep(1000, never);
    }
    const asked = cluster.calls.length + cluster.leaseCalls.length;
    // Each of the first five turns asks twice more, because one request may fail alone.
    assert.ok(asked <= 15 + 120, `${asked} calls in ten minutes`);
    const reason = /offline since 1970-01-01T00:0.*every 5 s/;
    assertEvent([events.at(-1)], { type: 'trouble', reason });
    cluster.down = false;
    await clock.sleep(6000, never);
    assert.deepEqual(loop.state, { type: 'synced', commit: 'commit-599' });
  });

  it('lists everything again once an hour, without a write', async (t) => {
    const { cluster, clock, loop, stop } = start();
    t.after(stop);
    const desired = desire('one', configMap('a', '1'), configMap('b', '1'));
    loop.setDesired({ type: 'desired', desired });
    await clock.sleep(60_000, never);
    cluster.calls.length = 0;
    cluster.writes.length = 0;
    await clock.sleep(3_600_000, never);
    const calls = cluster.calls.filter((call) => !call.startsWith('audit '));
    assert.deepEqual(calls, ['list ConfigMap', `read ${parentKey}`, 'list ConfigMap']);
    assert.deepEqual(cluster.writes, []);
    cluster.loseEvents();
    cluster.edit(configMap('a', ''), 'kubectl-edit', { data: { value: 'unseen' } });
    await clock.sleep(3_600_000, never);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '1' });
  });

  it('runs one turn for many changes at the same moment', async (t) => {
    let turns = 0;
    const count = (_: object, message: string) => {
      if (message === 'turn') turns++;
    };
    const { cluster, clock, loop, stop } = start(undefined, {
      ...silent,
      debug: count,
      info: count,
    });
    t.after(stop);
    const names = Array.from({ length: 200 }, (_, index) => `c${index}`);
    const objects = names.map((name) => configMap(name, '1'));
    loop.setDesired({ type: 'desired', desired: desire('one', ...objects) });
    await clock.sleep(60_000, never);
    assert.ok(turns <= 4, `${turns} turns to make them`);
    turns = 0;
    for (const object of objects) cluster.edit(object, 'kubectl', { data: { value: 'drifted' } });
    await clock.sleep(60_000, never);
    assert.ok(turns <= 4, `${turns} turns to correct them`);
    assert.deepEqual(cluster.objects.get(configMapKey('c7'))?.data, { value: '1' });
  });

  it('ends a wait when a new commit arrives', async (t) => {
    const { cluster, clock, loop, stop } = start();
    t.after(stop);
    const endless = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'endless.example.com' },
      spec: { group: 'example.com', names: { kind: 'Endless' }, versions: [] },
    };
    loop.setDesired({ type: 'desired', desired: desire('one', endless, configMap('a', '1')) });
    await clock.sleep(5000, never);
    assert.ok(!cluster.objects.has(configMapKey('a')), 'the definition is being waited for');
    const file = '_cluster/customresourcedefinition.apiextensions.k8s.io_endless.example.com.yaml';
    const acknowledged = new Set([file]);
    const desired = { ...desire('two', configMap('a', '2')), acknowledged };
    loop.setDesired({ type: 'desired', desired });
    await clock.sleep(1000, never);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
    assert.deepEqual(loop.state, { type: 'synced', commit: 'two' });
  });
});

describe('backoffMs', () => {
  it('doubles the backoff up to a limit, and spreads clusters that failed at the same moment', () => {
    for (let failures = 1; failures < 12; failures++) {
      const full = Math.min(15_000, 500 * 2 ** (failures - 1));
      const waits = Array.from({ length: 50 }, (_, i) =>
        backoffMs(clusterBackoff, failures, `cluster-${i}`),
      );
      assert.ok(waits.every((ms) => ms > full / 2 - 1 && ms <= full));
      assert.ok(new Set(waits).size > 20);
    }
  });
});
