import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SyncEvent } from '#syncer/report/events.ts';
import { assertEvent } from '#test/events.ts';
import type { Api } from './api.ts';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

let scenario: Scenario;
let member1: Api;

/** Settings in regatta.yaml that restrict the syncer; each step has its own settings. */
describe('drift modes, suspensions and change windows', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    ({ member1 } = scenario);
    await scenario.sync({ 'default/configmap_a.json': configMap('a', '1') });
  });
  after(() => scenario?.close());

  const valueIn = async (name: string) =>
    ((await member1.get(`${configMaps}/${name}`))?.data as { value?: string } | undefined)?.value;
  const settings = (sync: object) =>
    scenario.repo.push({ 'regatta.yaml': JSON.stringify({ spec: { sync } }) });
  const edit = (value: string) =>
    member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value } });

  it('reports drift without correcting it in mode report, until Git changes', async () => {
    await settings({ drift: [{ namespaces: ['default'], mode: 'report' }] });
    await edit('2');
    const { status, events } = await scenario.once();
    assert.equal(status, 0);
    const [drift, ...more] = events.filter(({ type }) => type === 'drift');
    assert.deepEqual(more, []);
    assert.ok(drift?.type === 'drift' && drift.reportOnly);
    const [{ path, desired, live, manager } = {}] = drift.changes;
    assert.deepEqual([path, desired, live, manager], ['.data.value', '1', '2', 'kubectl-edit']);
    assert.equal(await valueIn('a'), '2');
    await scenario.sync({ 'default/configmap_a.json': configMap('a', '3') });
    assert.equal(await valueIn('a'), '3');
  });

  it('K46: reports the same drift of an object once, whatever else changes', async () => {
    const two = { ...configMap('a', '3'), data: { value: '3', other: '1' } };
    await scenario.sync({ 'default/configmap_a.json': two });
    await settings({ drift: [{ mode: 'report' }] });
    const syncer = await scenario.start();
    const isDrift = (path: string) => (event: SyncEvent) =>
      event.type === 'drift' && event.changes.some((change) => change.path === path);
    await edit('4');
    await syncer.event(isDrift('.data.value'));
    const path = `${configMaps}/a`;
    await member1.edit(path, 'kubectl-label', { metadata: { labels: { foreign: 'yes' } } });
    await member1.edit(path, 'kubectl-edit', { data: { other: '2' } });
    await syncer.event(isDrift('.data.other'));
    assert.equal(syncer.events.filter(isDrift('.data.value')).length, 1);
    assert.equal(await syncer.stop('SIGTERM'), 0);
    await settings({});
    await scenario.sync({ 'default/configmap_a.json': configMap('a', '3') });
  });

  it('writes nothing of new commits in mode freeze, until the mode changes', async () => {
    await settings({ drift: [{ names: ['a'], mode: 'freeze' }] });
    await edit('4');
    const files = { 'default/configmap_a.json': configMap('a', '5') };
    const { events } = await scenario.sync(files, 1);
    assertEvent(events, { type: 'object', result: 'postponed', message: 'is frozen' });
    assert.equal(await valueIn('a'), '4');
    await settings({});
    assert.equal((await scenario.once()).status, 0);
    assert.equal(await valueIn('a'), '5');
  });

  it('neither changes, corrects nor deletes suspended objects, and resumes later', async () => {
    await settings({ suspended: [{ clusters: ['member1'], namespaces: ['default'] }] });
    await edit('6');
    const files = {
      'default/configmap_a.json': undefined,
      'default/configmap_b.json': configMap('b', '1'),
    };
    await scenario.sync(files);
    assert.equal(await valueIn('a'), '6');
    assert.equal(await valueIn('b'), undefined);
    await settings({});
    assert.equal((await scenario.once()).status, 0);
    assert.equal(await valueIn('a'), undefined);
    assert.equal(await valueIn('b'), '1');
  });

  it('K45: status shows what is suspended, and what waits for the end of the suspension', async () => {
    const status = async (exit: number) => {
      const ran = await scenario.regatta('status', '-o', 'json', '--cluster', 'member1');
      assert.equal(ran.status, exit, ran.text);
      const [{ sync, pending, suspended, applied, desired }] = JSON.parse(ran.text);
      return { sync, pending: pending.length, suspended, isApplied: applied === desired };
    };
    await settings({ suspended: [{ clusters: ['member1'] }] });
    const suspended = ['/ConfigMap/default/b'];
    const idle = { sync: 'suspended', pending: 0, suspended, isApplied: true };
    assert.deepEqual(await status(0), idle);
    const { text } = await scenario.regatta('status', '--cluster', 'member1');
    assert.match(text, /^member1 +suspended +\S+ +\S+ +1\/1 +0 +0 +0 +1$/m);
    await scenario.sync({ 'default/configmap_b.json': configMap('b', '2') });
    assert.deepEqual(await status(1), { ...idle, pending: 1, isApplied: false });
    await settings({ suspended: [{ names: ['b'] }] });
    assert.deepEqual(await status(1), { ...idle, sync: 'behind', pending: 1, isApplied: false });
    await settings({});
    await scenario.sync({ 'default/configmap_b.json': configMap('b', '1') });
    assert.deepEqual((await status(0)).suspended, []);
  });

  it('corrects only drift outside of a change window, and changes everything inside', async () => {
    const hour = (offset: number) =>
      new Date(Date.now() + offset * 3_600_000).toISOString().slice(11, 16);
    await settings({ windows: [{ from: hour(2), to: hour(3) }] });
    await member1.edit(`${configMaps}/b`, 'kubectl-edit', { data: { value: '2' } });
    const { events } = await scenario.sync({ 'default/configmap_c.json': configMap('c', '1') }, 1);
    const message = /^outside of its change windows/;
    assertEvent(events, { type: 'object', result: 'postponed', message });
    assert.equal(await valueIn('b'), '1');
    assert.equal(await valueIn('c'), undefined);
    await settings({ windows: [{ from: hour(-1), to: hour(1) }] });
    assert.equal((await scenario.once()).status, 0);
    assert.equal(await valueIn('c'), '1');
  });
});
