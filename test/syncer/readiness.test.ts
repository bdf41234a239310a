import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { summarise } from '#syncer/observe/cached-object.ts';
import { Readiness } from '#syncer/observe/readiness.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import { fakeClock } from './samples.ts';

const never = new AbortController().signal;
const minute = 60_000;
const key = 'example.io/Widget/default/a';

let clock: Clock;
let stop: AbortController;
let readiness: Readiness;
let reported: string[];

describe('the progress deadline', () => {
  beforeEach(() => {
    clock = fakeClock();
    stop = new AbortController();
    reported = [];
    readiness = new Readiness(clock, (_key, { status, message }) => {
      reported.push(`${clock.now() / minute} ${status} ${message}`.trim());
    });
    readiness.deadlineMs = 10 * minute;
    void readiness.watch(stop.signal);
  });
  afterEach(() => stop.abort());

  it('reports a passed deadline although nothing happens in the cluster', async () => {
    see(widget('step 1'));
    await minutes(9.9);
    assert.deepEqual(reported, ['0 InProgress step 1']);
    await minutes(0.2);
    assert.deepEqual(reported.slice(1), ['10 Failed made no progress for 10m: step 1']);
    await minutes(60);
    assert.equal(reported.length, 2, 'the failure is reported once');
  });

  it('restarts the deadline with each progress', async () => {
    for (let step = 1; step <= 4; step++) {
      see(widget(`step ${step}`));
      await minutes(8);
    }
    assert.equal(reported.length, 1);
    await minutes(3);
    assert.equal(reported.at(-1), '34 Failed made no progress for 10m: step 4');
  });

  it('does not restart the deadline with a message that was seen before', async () => {
    for (let turn = 0; turn < 5; turn++) {
      see(widget(`${turn % 2} of 2`));
      await minutes(3);
    }
    assert.equal(
      reported.at(-1),
      '13 Failed made no progress for 10m: 0 of 2',
      'the second message came at minute 3',
    );
  });

  it('does not wait indefinitely for a controller that writes a new message each time', async () => {
    for (let time = 0; time < 1100; time++) {
      see(widget(`tried at ${time}`));
      await minutes(1);
    }
    assert.match(reported.at(-1) ?? '', /^1009 Failed/);
  });

  it('restarts the deadline when the object is changed or created again', async () => {
    see(widget('step 1'));
    await minutes(8);
    see(widget('step 1', { generation: 2 }));
    await minutes(8);
    see(widget('step 1', { generation: 2, uid: 'another' }));
    await minutes(8);
    assert.equal(reported.length, 1);
  });

  it('ends the failure with the next progress, and when the object is ready', async () => {
    see(widget('step 1'));
    await minutes(11);
    see(widget('step 2'));
    see(widget('', { ready: true }));
    assert.deepEqual(reported.slice(2), ['11 InProgress step 2', '11 Current']);
    await minutes(60);
    assert.equal(reported.length, 4);
  });

  it('sets no deadline when the setting is 0, and applies a new deadline at once', async () => {
    readiness.deadlineMs = 0;
    see(widget('step 1'));
    await minutes(60);
    assert.equal(reported.length, 1);
    readiness.deadlineMs = minute;
    await minutes(0.1);
    assert.equal(reported.at(-1), '60 Failed made no progress for 1m: step 1');
  });

  it('gives a Deployment the time of its own progressDeadlineSeconds', async () => {
    see(deployment({ progressDeadlineSeconds: 1800 }));
    await minutes(29);
    assert.equal(reported.length, 1);
    await minutes(2);
    assert.match(
      reported.at(-1) ?? '',
      /^30 Failed made no progress for 30m: 0 of 1 replicas updated/,
    );
    see(deployment({ progressDeadlineSeconds: 1800, paused: true }));
    assert.match(reported.at(-1) ?? '', /InProgress/);
  });
});

function see(object: KubeObject): void {
  readiness.note(key, summarise(object, 'regatta'));
}

function minutes(count: number): Promise<void> {
  return clock.sleep(count * minute, never);
}

function widget(message: string, { generation = 1, uid = 'one', ready = false } = {}): KubeObject {
  return {
    apiVersion: 'example.io/v1',
    kind: 'Widget',
    metadata: { namespace: 'default', name: 'a', uid, generation },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', message }] },
  };
}

function deployment(spec: Record<string, unknown>): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'default', name: 'a', uid: 'one', generation: 1 },
    spec,
    status: { observedGeneration: 1 },
  } as KubeObject;
}
