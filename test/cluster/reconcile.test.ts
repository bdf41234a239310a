import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertEvent } from '#test/events.ts';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { configMaps, type Run, runRegatta } from './scenario.ts';
import { Single } from './single.ts';
import type { SyncerProcess } from './syncer-process.ts';

const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases/regatta.f1eet00001';
const drift = { spec: { sync: { drift: [{ kinds: ['ConfigMap'], mode: 'report' }] } } };

let single: Single;
let syncer: SyncerProcess;

/** Runs `regatta reconcile`. */
function reconcile(...args: readonly string[]): Promise<Run> {
  const { repo, fleet } = single;
  const state = ['--state-dir', `${repo.directory}/state`];
  return runRegatta('reconcile', repo.url, '--kubeconfig', fleet.kubeconfig, ...state, ...args);
}

async function readValue(name: string): Promise<unknown> {
  const data = (await single.api.get(`${configMaps}/${name}`))?.data;
  return (data as { readonly value?: string } | undefined)?.value;
}

/** Writes a request as `kubectl annotate` does. */
async function annotate(nonce: string): Promise<void> {
  const metadata = { annotations: { 'regatta.dev/reconcile': nonce } };
  await single.api.edit(leasePath, 'kubectl-annotate', { metadata });
}

async function annotationOf(name: string): Promise<string | undefined> {
  return (await single.api.get(leasePath))?.metadata.annotations?.[`regatta.dev/${name}`];
}

/** Returns the nonce of the last answer. */
async function answered(): Promise<string> {
  const text = (await annotationOf('reconciled')) ?? '{}';
  return (JSON.parse(text) as { readonly nonce?: string }).nonce ?? '';
}

/** Each step starts from where the previous one left the fleet. */
describe('regatta reconcile', () => {
  before(async () => {
    single = await Single.open();
    await single.repo.push({ 'regatta.yaml': drift });
    await single.push({ 'default/configmap_a.json': configMap('a', '1') });
    syncer = single.start('--poll', '1h');
    await syncer.event(({ type }) => type === 'synced', 60_000);
  });
  after(async () => {
    await syncer?.stop('SIGKILL');
    await single?.close();
  });

  it('K47: makes the running syncer apply a new commit within 5 s, and prints the commit', async () => {
    const file = { 'rendered/member1/default/configmap_a.json': configMap('a', '2') };
    const commit = await single.repo.push(file);
    const asked = reconcile();
    await until('the request', async () => (await annotationOf('reconcile')) !== undefined);
    const since = performance.now();
    await until('the answer', async () => (await answered()) !== '');
    const ms = performance.now() - since;
    const { status, text } = await asked;
    assert.equal(text.trim(), `member1  synced  ${commit.slice(0, 12)}`);
    assert.equal(status, 0);
    assert.ok(ms < 5000, `took ${Math.round(ms)} ms`);
    assert.equal(await readValue('a'), '2');
  });

  it('K47: answers each nonce once', async () => {
    for (const nonce of ['one', 'two']) {
      await annotate(nonce);
      await until(`the answer to ${nonce}`, async () => (await answered()) === nonce);
    }
    await annotate('one');
    await sleep(1500);
    assert.equal(await answered(), 'two');
  });

  it('K47: corrects an object once although its drift mode only reports', async () => {
    await single.api.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: 'drifted' } });
    const left = await reconcile('configmap/a', '-o', 'json');
    assert.equal(left.status, 1, left.text);
    assert.match(left.text, /"result": "drifted"/);
    assert.equal(await readValue('a'), 'drifted');
    const corrected = await reconcile('configmap/a', '--correct');
    assert.equal(corrected.status, 0, corrected.text);
    assert.equal(await readValue('a'), '2');
    await single.api.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: 'again' } });
    assert.equal((await reconcile()).status, 0);
    assert.equal(await readValue('a'), 'again');
  });

  it('K47: refuses an object that Git does not hold', async () => {
    const { status, text } = await reconcile('configmap/none');
    assert.deepEqual([status, text], [1, 'regatta: no configmap none in namespace default\n']);
    const usage = await reconcile('--correct');
    assert.equal(usage.status, 2, usage.text);
  });

  it('K47: sync --once asks the syncer that holds the Lease', async () => {
    const file = { 'rendered/member1/default/configmap_b.json': configMap('b', '1') };
    const commit = await single.repo.push(file);
    const { status, events } = await single.once();
    assert.equal(status, 0, JSON.stringify(events));
    const synced = events.find(({ type }) => type === 'synced');
    assert.deepEqual(
      [synced?.type, synced?.type === 'synced' && synced.commit],
      ['synced', commit],
    );
    assert.equal(await readValue('b'), '1');
    assert.ok(syncer.events.some((event) => event.type === 'object' && event.key.endsWith('/b')));
  });

  it('K47: sync --once names what the holder reports', async () => {
    const path = `${configMaps}/foreign`;
    await single.api.apply(path, 'another-manager', configMap('foreign', 'theirs'));
    await single.push({ 'default/configmap_foreign.json': configMap('foreign', '1') });
    const { status, events } = await single.once('--timeout', '6s');
    assert.equal(status, 1, JSON.stringify(events));
    const reason =
      /waits: the cluster is held by \S+_member1, which reports: 1 objects not applied$/;
    assertEvent(events, { type: 'trouble', cluster: 'member1', reason });
    await single.push({ 'default/configmap_foreign.json': undefined });
    assert.equal((await reconcile()).status, 0);
  });

  it('K47: says that the holder has ended, and the next holder answers the request', async () => {
    await syncer.stop('SIGKILL');
    const { status, text } = await reconcile();
    assert.equal(status, 2, text);
    assert.match(text, /^member1 {2}unknown .* the syncer \S+_member1 has ended$/m);
    await annotate('left');
    syncer = single.start('--poll', '1h');
    await until('the answer', async () => (await answered()) === 'left');
    await syncer.stop('SIGTERM');
    assert.match((await reconcile()).text, /no syncer holds the Lease/);
  });
});
