import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'valibot';
import type { ObjectKey } from '#model/object.ts';
import { type SyncSettings, syncSettings } from '#model/sync-settings.ts';
import type { Action } from '#syncer/plan/plan.ts';
import { applySuspensions } from '#syncer/plan/suspensions.ts';
import { configMap, desire } from './samples.ts';

const key: ObjectKey = '/ConfigMap/default/a';
/** The start of a Monday. */
const noon = Date.UTC(2026, 0, 5, 12);

function apply(cause: 'changed' | 'drifted', annotations: Readonly<Record<string, string>> = {}) {
  const object = configMap('a', '1');
  const annotated = { ...object, metadata: { ...object.metadata, annotations } };
  const desired = desire('one', annotated).objects.get(key);
  assert.ok(desired);
  return { type: 'apply', key, desired, cause } as const;
}

function outcome(sync: object, action: Action, now = noon): string {
  const settings: SyncSettings = parse(syncSettings, sync);
  const [done] = applySuspensions([action], { cluster: 'member1', settings, now });
  return `${done?.type}${done !== undefined && 'untilWindow' in done && done.untilWindow ? ' for now' : ''}`;
}

const prune = { type: 'prune', key, uid: 'u' } as const;

describe('applySuspensions', () => {
  it('suspends the objects in a scope, also their deletion', () => {
    const suspended = [{ clusters: ['member*'], namespaces: ['default'] }];
    assert.equal(outcome({ suspended }, apply('changed')), 'suspend');
    assert.equal(outcome({ suspended }, prune), 'suspend');
    assert.equal(outcome({ suspended: [{ clusters: ['other'] }] }, prune), 'prune');
    assert.equal(outcome({ suspended: [{ kinds: ['Secret'] }] }, prune), 'prune');
    assert.equal(outcome({ suspended: [{ names: ['b'] }] }, prune), 'prune');
  });

  it('rejects a scope without any selector', () => {
    assert.throws(() => outcome({ suspended: [{}] }, prune), /must have at least one criterion/);
    assert.throws(
      () => outcome({ windows: [{ from: '9:00', to: '10:00' }] }, prune),
      /time of day/,
    );
    const windows = [{ from: '09:00', to: '10:00', timeZone: 'Mars/Base' }];
    assert.throws(() => outcome({ windows }, prune), /must be a time zone/);
  });

  it('reports drift without correcting it in mode report, and applies commits', () => {
    const drift = [{ mode: 'report' }];
    assert.equal(outcome({ drift }, apply('drifted')), 'report-drift');
    assert.equal(outcome({ drift }, apply('changed')), 'apply');
    assert.equal(outcome({ drift }, prune), 'prune');
  });

  it('writes nothing in mode freeze', () => {
    const drift = [{ names: ['a'], mode: 'freeze' }];
    assert.equal(outcome({ drift }, apply('drifted')), 'report-drift');
    assert.equal(outcome({ drift }, apply('changed')), 'postpone');
    assert.equal(outcome({ drift }, prune), 'postpone');
  });

  it('uses the object’s annotation, and otherwise the first matching rule', () => {
    const drift = [{ names: ['a'], mode: 'correct' }, { mode: 'freeze' }];
    assert.equal(outcome({ drift }, apply('drifted')), 'apply');
    assert.equal(
      outcome({ drift }, apply('drifted', { 'regatta.dev/drift': 'report' })),
      'report-drift',
    );
  });

  const night = { days: ['Sun'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' };

  it('writes nothing outside of a change window, and corrects drift unless the window says report', () => {
    assert.equal(outcome({ windows: [night] }, apply('changed')), 'postpone for now');
    assert.equal(outcome({ windows: [night] }, prune), 'postpone for now');
    assert.equal(outcome({ windows: [night] }, apply('drifted')), 'apply');
    const quiet = { ...night, drift: 'report' };
    assert.equal(outcome({ windows: [quiet] }, apply('drifted')), 'report-drift for now');
    assert.equal(outcome({ windows: [{ ...night, clusters: ['x'] }] }, prune), 'prune');
  });

  const summer = Date.UTC(2026, 2, 29);
  const winter = Date.UTC(2026, 9, 25);
  const hours = 3_600_000;
  const cases = [
    {
      name: 'before the window opens',
      now: Date.UTC(2026, 0, 4, 20, 59),
      want: 'postpone for now',
    },
    { name: 'when the window opens', now: Date.UTC(2026, 0, 4, 21), want: 'apply' },
    { name: 'after midnight', now: Date.UTC(2026, 0, 5, 2, 59), want: 'apply' },
    { name: 'when the window ends', now: Date.UTC(2026, 0, 5, 3), want: 'postpone for now' },
    { name: 'the day before', now: Date.UTC(2026, 0, 4, 1), want: 'postpone for now' },
    { name: 'in summer time', now: summer + 20 * hours, want: 'apply' },
    { name: 'in summer time, too early', now: summer + 19.9 * hours, want: 'postpone for now' },
    { name: 'in winter time again', now: winter + 20.9 * hours, want: 'postpone for now' },
  ];
  for (const { name, now, want } of cases) {
    it(`decides "${want}" in the window’s time zone ${name}`, () =>
      assert.equal(outcome({ windows: [night] }, apply('changed'), now), want));
  }

  it('opens a window after the hour that is skipped in spring, and twice in the hour that is repeated', () => {
    const early = { from: '02:30', to: '03:30', timeZone: 'Europe/Berlin' };
    const at = (now: number) => outcome({ windows: [early] }, apply('changed'), now);
    assert.equal(at(summer + 0.9 * hours), 'postpone for now');
    assert.equal(at(summer + 1 * hours), 'apply');
    assert.equal(at(winter + 0.6 * hours), 'apply');
    assert.equal(at(winter + 1.1 * hours), 'postpone for now');
    assert.equal(at(winter + 1.6 * hours), 'apply');
  });
});
