import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Result } from '#syncer/plan/outcome.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { reasons } from '#syncer/report/member-event.ts';
import { MemberEvents } from '#syncer/report/member-events.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMapKey, fakeClock, parentKey, silent } from './samples.ts';

const never = new AbortController().signal;

let cluster: FakeCluster;
let clock: Clock;
let events: MemberEvents;
let warned: object[];

describe('Events in a member', () => {
  beforeEach(() => {
    cluster = new FakeCluster();
    clock = fakeClock();
    warned = [];
    const log = { ...silent, warn: (data: object) => void warned.push(data) };
    const known = () => ({ apiVersion: 'v1', uid: 'u1' });
    const target = () => ({ port: cluster, inventory: parentKey });
    events = new MemberEvents({ cluster: 'member1', target, clock, log, known });
  });

  it('writes an Event about the object, with the reason', async () => {
    events.heard(object('a', 'refused', 'exists and is not ours'));
    await events.close();
    const [{ involvedObject, type, reason, message, metadata } = {} as KubeObject] = written();
    assert.deepEqual(involvedObject, {
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'a',
      apiVersion: 'v1',
      uid: 'u1',
    });
    assert.deepEqual([type, reason, message], ['Warning', 'Refused', 'exists and is not ours']);
    assert.equal(metadata.namespace, 'default');
  });

  it('writes an Event about the cluster to the inventory’s ConfigMap', async () => {
    events.heard({ type: 'refused', cluster: 'member1', reason: 'the directory is missing' });
    await events.close();
    const [{ involvedObject, metadata } = {} as KubeObject] = written();
    const parent = {
      kind: 'ConfigMap',
      namespace: 'regatta-system',
      name: 'regatta-inventory.f1eet00001',
    };
    assert.deepEqual(involvedObject, parent);
    assert.equal(metadata.namespace, 'regatta-system');
  });

  it('names the managers and fields of drift, but not their values', async () => {
    const change = {
      path: '.data.value',
      pointer: '/data/value',
      desired: 'canary-1',
      live: 'canary-2',
    };
    const changes = [{ ...change, manager: 'kubectl-edit', operation: 'Update', time: '' }];
    const drift = { type: 'drift', cluster: 'member1', key: configMapKey('a') } as const;
    events.heard({ ...drift, deleted: false, changes });
    events.heard({ ...drift, deleted: true, reportOnly: true, changes: [] });
    await events.close();
    const reported = written().map(({ reason, message }) => `${reason}: ${message}`);
    assert.deepEqual(reported, [
      'DriftCorrected: changed by kubectl-edit: .data.value',
      'DriftReported: it was deleted',
    ]);
  });

  it('writes no Event about routine work', async () => {
    for (const result of ['created', 'configured', 'unchanged', 'pruned', 'waiting'] as const) {
      events.heard(object('a', result, ''));
    }
    events.heard({ type: 'synced', cluster: 'member1', commit: 'c', counts: {}, ms: 1 });
    await events.close();
    assert.deepEqual(written(), []);
  });

  it('does not repeat an Event within minutes, and repeats it afterwards', async () => {
    const failed = object('a', 'failed', 'no');
    events.heard(failed);
    events.heard(failed);
    await events.close();
    assert.equal(written().length, 1);
    await clock.sleep(7 * 60_000, never);
    events.heard(failed);
    await events.close();
    assert.equal(written().length, 2);
  });

  it('writes a limited number of Events at once and per minute', async () => {
    const many = async () => {
      for (let i = 0; i < 500; i++) events.heard(object(`a${i}`, 'failed', `${clock.now()}`));
      await events.close();
      return written().length;
    };
    assert.equal(await many(), 25);
    await clock.sleep(60_000, never);
    assert.equal(await many(), 30);
  });

  it('shortens names and messages to the limits of the API', async () => {
    events.heard(object('a'.repeat(253), 'failed', 'x'.repeat(5000)));
    await events.close();
    const [{ metadata, message } = {} as KubeObject] = written();
    assert.equal(metadata.name.length, 253);
    assert.equal(String(message).length, 1024);
  });

  it('drops Events without permission, and logs that once', async () => {
    cluster.compareAndSwap = () =>
      Promise.reject(new ClusterError('forbidden', 'may not create events'));
    for (const name of ['a', 'b', 'c']) events.heard(object(name, 'failed', 'no'));
    await events.close();
    assert.deepEqual(warned, [{ cluster: 'member1', reason: 'may not create events' }]);
  });

  it('does not delay the end when the cluster does not answer', async () => {
    cluster.compareAndSwap = () => new Promise(() => {});
    events.heard(object('a', 'failed', 'no'));
    events.heard(object('b', 'failed', 'no'));
    await events.close();
    assert.equal(clock.now(), 2000);
  });

  it('uses only reasons that the guide explains', () => {
    const guide = readFileSync(new URL('../../docs/syncer.md', import.meta.url), 'utf8');
    const rows = guide.matchAll(/^\| `(\w+)` +\| (?:Normal|Warning) /gm);
    assert.deepEqual([...rows].map(([, reason]) => reason).toSorted(), reasons.toSorted());
  });
});

function object(name: string, result: Result, message: string): SyncEvent {
  return { type: 'object', cluster: 'member1', key: configMapKey(name), result, message };
}

function written(): readonly KubeObject[] {
  return [...cluster.objects.values()].filter(({ kind }) => kind === 'Event');
}
