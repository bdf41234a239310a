import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SyncStatus } from '#syncer/status/status.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

let scenario: Scenario;

async function statusesOf(exit: number): Promise<readonly SyncStatus[]> {
  const { status, text } = await scenario.regatta('status', '-o', 'json', '--timeout', '5s');
  assert.equal(status, exit, text);
  return JSON.parse(text);
}

/** Returns the work tree in which `status` compiled; undefined if it did not compile. */
function workTree(): string | undefined {
  const folder = join(scenario.repo.directory, 'state/status');
  const name = readdirSync(folder).find((one) => one.endsWith('.tree'));
  return name && join(folder, name);
}

/** Runs `sync --once --compile`, and resolves to the commit that it brought to the cluster. */
async function publish(): Promise<string> {
  const { status, events } = await scenario.once('--compile');
  assert.equal(status, 0, JSON.stringify(events));
  scenario.repo.pull();
  const [{ applied = '' } = {}] = await statusesOf(0);
  return applied;
}

describe('K44: regatta status of a fleet that a syncer compiles', () => {
  let rendered = '';

  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      'clusters/member1.yaml': clusterNamed('member1'),
      'policies/all.yaml': configMapsTo('member1'),
      'templates/a.json': configMap('a', '1'),
    });
    rendered = await publish();
  });
  after(() => scenario?.close());

  it('K44: compiles nothing when no source changed after the rendered commit', () => {
    assert.equal(workTree(), undefined);
  });

  it('K44: shows a commit that is not rendered yet as stale, and exits with 1', async () => {
    const head = await scenario.repo.push({ 'templates/a.json': configMap('a', '2') });
    const { status, text } = await scenario.regatta('status');
    assert.equal(status, 1, text);
    const [first = '', , row = ''] = text.split('\n');
    const commit = rendered.slice(0, 12);
    assert.equal(first, `${head.slice(0, 12)} is not rendered yet`);
    assert.match(row, new RegExp(`^member1 +stale +${commit} +${commit} +1/1 +0 +0 +0 +0$`));
    const [found] = await statusesOf(1);
    const { sync, desired, applied, notRendered } = found ?? {};
    assert.deepEqual([sync, desired, applied, notRendered], ['stale', rendered, rendered, first]);
  });

  it('K44: shows why a commit does not compile', async () => {
    const faulty = { 'templates/broken.yaml': 'apiVersion: v1\nkind: [\n' };
    const head = await scenario.repo.push(faulty);
    const { status, text } = await scenario.regatta('status');
    assert.equal(status, 1, text);
    const reason = `^${head.slice(0, 12)} does not compile: templates/broken\\.yaml:\\d+:\\d+: .+`;
    assert.match(text, new RegExp(reason));
    assert.match(text, /^member1 +stale /m);
    await scenario.repo.push({ 'templates/broken.yaml': undefined });
  });

  it('K44: shows the head as synced again when it is rendered', async () => {
    rendered = await publish();
    const [found] = await statusesOf(0);
    assert.deepEqual([found?.sync, found?.desired], ['synced', rendered]);
    assert.deepEqual((await scenario.member1.get(`${configMaps}/a`))?.data, { value: '2' });
  });

  it('K44: compiles a source commit once, also when it renders the same', async () => {
    const head = await scenario.repo.push({ 'README.md': 'a note\n' });
    const tree = workTree() ?? '';
    rmSync(tree, { recursive: true });
    const [found] = await statusesOf(0);
    assert.deepEqual([found?.sync, found?.desired], ['synced', head]);
    assert.ok(existsSync(tree), 'the first status has compiled');
    rmSync(tree, { recursive: true });
    await statusesOf(0);
    assert.ok(!existsSync(tree), 'the second one has not');
  });

  it('K44: remembers also that a commit does not compile', async () => {
    await scenario.repo.push({ 'templates/broken.yaml': 'apiVersion: v1\nkind: [\n' });
    const [{ notRendered = '' } = {}] = await statusesOf(1);
    const tree = workTree() ?? '';
    rmSync(tree, { recursive: true });
    assert.equal((await statusesOf(1))[0]?.notRendered, notRendered);
    assert.ok(!existsSync(tree));
    await scenario.repo.push({ 'templates/broken.yaml': undefined });
  });

  it('K44: names the commit that syncers keep after a forced push, and reads the branch', async () => {
    rendered = await publish();
    const kept = rendered.slice(0, 12);
    const before = await scenario.repo.push({ 'templates/a.json': configMap('a', '3') });
    const applied = await publish();
    assert.notEqual(applied, before);
    scenario.repo.force(rendered);
    const { status, text } = await scenario.regatta('status');
    assert.equal(status, 1, text);
    const line = `main was force-pushed; syncers keep ${applied.slice(0, 12)} until --allow-rewind`;
    assert.equal(text.split('\n')[0], line);
    assert.match(text, new RegExp(`^member1 +behind +${kept} +${applied.slice(0, 12)} `, 'm'));
    const [found] = await statusesOf(1);
    assert.equal(found?.kept, applied);
    assert.equal((await scenario.regatta('drift')).status, 0);
  });

  it('K44: forgets the forced push when a syncer has accepted it', async () => {
    const { status, events } = await scenario.once('--allow-rewind');
    assert.equal(status, 0, JSON.stringify(events));
    assert.equal((await statusesOf(0))[0]?.kept, undefined);
  });
});
