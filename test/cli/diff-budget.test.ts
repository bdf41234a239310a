import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BudgetFleet, clusters, configMaps, namespaces, policy } from './budget-fleet.ts';

let fleet: BudgetFleet;

describe('the deletion budget of regatta diff', () => {
  before(async () => {
    fleet = await BudgetFleet.open({
      'clusters/all.yaml': clusters('a', 'b'),
      'templates/namespaces.yaml': namespaces('shop', 'tools'),
      'templates/maps.yaml': configMaps(40),
      'policies/maps.yaml': policy('maps', '{apiVersion: v1, kind: ConfigMap}', ['a']),
    });
  });
  after(() => fleet?.close());

  it('K31: writes the acknowledgement to a file, and keeps other files', async () => {
    await fleet.branch('tools', 'main', { 'templates/namespaces.yaml': namespaces('shop') });
    const file = join(fleet.directory, 'policies', 'acknowledged.yaml');
    assert.equal(fleet.diff('main', 'tools').status, 3);
    const { status, err } = fleet.diff('main', 'tools', '--acknowledge', file);
    assert.equal(status, 0, err);
    assert.match(err, /acknowledged\.yaml acknowledges 2 deletions/);
    fleet.commit('acknowledged');
    const merged = fleet.diff('main', 'tools');
    assert.equal(merged.status, 1);
    assert.match(merged.out, /and are acknowledged/);

    const other = join(fleet.directory, 'policies', 'maps.yaml');
    const kept = fleet.diff('main', 'tools', '--acknowledge', other);
    assert.equal(kept.status, 2);
    assert.match(kept.err, /maps\.yaml exists and is not a DeletionAcknowledgement/);
    const none = fleet.diff('main', 'main', '--acknowledge', file);
    assert.equal(none.status, 2);
    assert.match(none.err, /there are no deletions to acknowledge/);
  });

  it('K31: acknowledges what was merged before, because the syncer holds it', async () => {
    await fleet.branch('merged', 'main', { 'templates/namespaces.yaml': namespaces('shop') });
    await fleet.branch('later', 'merged', { 'README.md': 'more' });
    const file = join(fleet.directory, 'policies', 'late.yaml');
    const { status, err } = fleet.diff('later', 'later', '--acknowledge', file);
    assert.equal(status, 0, err);
    fleet.commit('late');
    const acknowledged = fleet.git('show', 'later:rendered/b/_acknowledged.txt');
    assert.match(acknowledged, /^_cluster\/namespace_tools\.yaml$/m);
    const again = fleet.diff('later', 'later', '--acknowledge', file);
    assert.match(again.err, /there are no deletions to acknowledge/, 'it is acknowledged now');
  });

  it('K31: adds what the base deleted in the 24 hours before it, by the dates of commits', async () => {
    const maps = (count: number) => ({ 'templates/maps.yaml': configMaps(count) });
    await fleet.branch('fewer', 'main', maps(25));
    await fleet.branch('few', 'fewer', maps(15));
    assert.equal(fleet.diff('main', 'fewer').status, 1);
    const { status, out } = fleet.diff('fewer', 'few');
    assert.equal(status, 3);
    assert.match(
      out,
      /^ {2}a: 25 of 42 objects in 24 h, allowed 21 \(spec\.deletionBudget\.cluster\)$/m,
    );

    fleet.date = '2026-01-01T00:00:00Z';
    await fleet.branch('before', 'main', maps(25));
    fleet.date = '2026-01-02T00:00:01Z';
    await fleet.branch('base', 'before', { 'README.md': 'a day later' });
    await fleet.branch('after', 'base', maps(15));
    assert.equal(fleet.diff('base', 'after').status, 1, 'the deletions are older than 24 hours');
    assert.equal(fleet.diff('before', 'after').status, 3);
    fleet.date = '';
  });

  it('K31: compile --check adds what the base deleted in the 24 hours before it', async () => {
    const maps = (count: number) => ({ 'templates/maps.yaml': configMaps(count) });
    await fleet.branch('check', 'main', maps(25));
    await fleet.write(maps(15));
    const { status, out, err } = fleet.run('compile', '--check', fleet.directory);
    assert.equal(status, 3);
    assert.match(out + err, /25 of 42 objects in 24 h, allowed 21/);

    fleet.date = '2026-01-01T00:00:00Z';
    await fleet.branch('old', 'main', maps(25));
    fleet.date = '2026-01-02T00:00:01Z';
    await fleet.branch('quiet', 'old', { 'README.md': 'a day later' });
    fleet.date = '';
    await fleet.write(maps(15));
    const later = fleet.run('compile', '--check', fleet.directory);
    assert.doesNotMatch(later.out + later.err, /objects in 24 h, allowed/);
  });

  it('K31: does not count earlier deletions that were acknowledged', async () => {
    const maps = (count: number) => ({ 'templates/maps.yaml': configMaps(count) });
    await fleet.branch('much', 'main', maps(15));
    const file = join(fleet.directory, 'policies', 'much.yaml');
    assert.equal(fleet.diff('main', 'much', '--acknowledge', file).status, 0);
    fleet.commit('acknowledged');
    await fleet.branch('more', 'much', maps(8));
    assert.equal(fleet.diff('much', 'more').status, 1);
  });

  it('K31: warns of spec.sync.deletions, and applies the stricter limit', async () => {
    const spec = 'spec: {deletionBudget: {cluster: 90%}, sync: {deletions: {count: 3}}}';
    const settings = `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n${spec}\n`;
    await fleet.branch('former', 'main', { 'regatta.yaml': settings });
    const { status, err } = fleet.run('lint', fleet.directory);
    assert.match(err + fleet.run('lint', fleet.directory).out, /parse\/deprecated-field/);
    assert.equal(status, 0);
    await fleet.branch('four', 'former', { 'templates/maps.yaml': configMaps(36) });
    const { out } = fleet.diff('former', 'four');
    assert.match(out, /a: 4 of 42 objects in 24 h, allowed 3 \(spec\.deletionBudget\.cluster\)/);
  });
});
