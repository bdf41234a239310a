import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rejections } from '#syncer/act/rejections.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { isOlder } from '#syncer/observe/cached-object.ts';
import { FightDetector } from '#syncer/pace/fight-detector.ts';
import { failure } from '#syncer/plan/outcome.ts';
import { dedupeEvents } from '#syncer/report/dedupe.ts';
import type { SyncEvent } from '#syncer/report/events.ts';

const minute = 60_000;

function failed(name: string): SyncEvent {
  const key = `/ConfigMap/default/${name}` as const;
  return { type: 'object', cluster: 'member1', key, result: 'failed', message: 'no' };
}

function synced(commit: string): SyncEvent {
  return { type: 'synced', cluster: 'member1', commit, counts: {} } as unknown as SyncEvent;
}

describe('what the syncer remembers of objects', () => {
  it('K22: trouble is reported once while it is heard, and is news after two commits without it', () => {
    const passed: SyncEvent[] = [];
    const report = dedupeEvents((event) => passed.push(event));
    for (const commit of ['one', 'two', 'three', 'four']) {
      report(failed('a'));
      report(synced(commit));
    }
    assert.equal(passed.filter(({ type }) => type === 'object').length, 1);
    for (const commit of ['five', 'six', 'seven']) report(synced(commit));
    report(failed('a'));
    assert.equal(passed.filter(({ type }) => type === 'object').length, 2);
  });

  it('K22: corrections of an object do not count after ten quiet minutes', () => {
    const fights = new FightDetector();
    for (let n = 0; n < 100; n++) fights.corrected(`/ConfigMap/default/${n}`, n * minute);
    assert.equal(fights.size, 11);
    for (let n = 0; n < 6; n++) fights.corrected('/ConfigMap/default/0', 100 * minute);
    assert.equal(fights.pauseMs('/ConfigMap/default/0', 100 * minute), 2000);
  });

  it('K22: failures of objects that left Git and the cluster are forgotten', () => {
    const rejections = new Rejections();
    const error = new ClusterError('invalid', 'no');
    for (let n = 0; n < 100; n++) {
      rejections.failed(failure(`/ConfigMap/default/${n}`, error), 'apply', error, 0);
    }
    rejections.keep([{ key: '/ConfigMap/default/7' }, { key: '/ConfigMap/default/new' }]);
    assert.equal(rejections.size, 1);
  });
});

describe('the resourceVersion of a list of several namespaces', () => {
  it('K22: is older than an object if the version of one namespace is', () => {
    assert.equal(isOlder('100,90', { resourceVersion: '95' }), true);
    assert.equal(isOlder('100,97', { resourceVersion: '95' }), false);
    assert.equal(isOlder('100,99', { resourceVersion: '101' }), true);
    assert.equal(isOlder('99', { resourceVersion: '101' }), true);
  });
});
