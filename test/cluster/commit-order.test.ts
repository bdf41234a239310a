import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryAddress } from '#model/origin.ts';
import { startFleet } from '#test/fleet.ts';
import { GitServer } from '#test/git-server.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { Api } from './api.ts';
import { FleetRepo, fleetId } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps, configMapsOf, inventoryPath } from './scenario.ts';
import { expectNothingPruned, isHeld, isSynced, synced } from './syncer-events.ts';
import { SyncerProcess } from './syncer-process.ts';

let fleet: TestFleet;
let api: Api;
let repo: FleetRepo;
let server: GitServer;
let syncers: SyncerProcess[] = [];
let change = 0;

/** Name of the ConfigMap that the newer commit adds, and that an older commit would delete. */
const newer = () => `new-${change}`;

describe('K57: a cluster never goes back to an older commit', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'], controllers: false });
    api = new Api(fleet.kubeconfig, 'member1');
  });
  after(async () => {
    api?.close();
    await fleet?.close();
  });
  beforeEach(async () => {
    change++;
    repo = await FleetRepo.make();
    server = await GitServer.start({ root: repo.directory });
    // Removes the commit of the previous test's repository from the cluster.
    await api.delete(inventoryPath).catch(() => {});
  });
  afterEach(async () => {
    for (const syncer of syncers) await syncer.stop('SIGKILL');
    syncers = [];
    await server.close();
    await repo.remove();
  });

  for (const [how, signal] of [
    ['was stopped', 'SIGTERM'],
    ['was killed', 'SIGKILL'],
  ] as const) {
    for (const poll of ['1h', '200ms']) {
      it(`K57: a standby that polls every ${poll} does not go back when the holder ${how}`, async () => {
        await pushFirst();
        const holder = start('holder', '--poll', '200ms');
        await synced(holder);
        const standby = start('standby', '--poll', poll);
        await standby.event(isHeld);
        const commit = await pushSecond();
        await until('the second commit', async () => (await appliedCommit()) === commit);
        await holder.stop(signal);
        await standby.event(isSynced(commit));
        await expectSecond();
        expectNothingPruned(standby);
      });
    }
  }

  it('K57: a stand-by that cannot fetch waits, writes nothing, and continues later', async () => {
    const first = await pushFirst();
    // The holder fetches by path, so that it still gets commits when the server is away.
    const holder = startFrom(repo.url, 'holder', '--poll', '200ms');
    await synced(holder);
    const standby = start('standby', '--poll', '300ms');
    await standby.event(isHeld);
    server.answer = (_, response) => void response.writeHead(503).end();
    await standby.event(({ type }) => type === 'source-trouble');
    const commit = await pushSecond();
    await holder.event(isSynced(commit));
    assert.equal(await holder.stop('SIGTERM'), 0, holder.describe());
    assert.equal(await appliedCommit(), commit);
    await expectWaiting(standby, commit, first);
    server.answer = undefined;
    await standby.event(isSynced(commit));
    await expectSecond();
  });

  it('K57: a syncer with an older clone writes nothing while the Git server is away', async () => {
    const first = await pushFirst();
    await once('old');
    const commit = await pushSecond();
    await once('new');
    server.answer = (_, response) => void response.writeHead(503).end();
    const late = start('old', '--poll', '300ms');
    await expectWaiting(late, commit, first);
    server.answer = undefined;
    await late.event(isSynced(commit));
    await expectSecond();
  });

  it('K57: a syncer whose clone is not older corrects drift without the Git server', async () => {
    await pushFirst();
    const commit = await pushSecond();
    await once('old');
    server.answer = (_, response) => void response.writeHead(503).end();
    await api.edit(`${configMaps}/kept`, 'kubectl', { data: { value: 'drifted' } });
    const late = start('old', '--poll', '300ms');
    await late.event(isSynced(commit));
    await expectSecond();
  });

  it('K57: two syncers on one state directory do not put an older commit back', async () => {
    await pushFirst();
    const one = start('shared', '--poll', '200ms');
    await synced(one);
    const other = start('shared', '--poll', '1h');
    await other.event(isHeld);
    const commit = await pushSecond();
    await one.event(isSynced(commit));
    await one.stop('SIGKILL');
    await other.event(isSynced(commit));
    await expectSecond();
    expectNothingPruned(other);
  });

  it('K57: a cluster goes to another line of history only with --allow-rewind', async () => {
    const first = await pushFirst();
    const commit = await pushSecond();
    await once('one');
    repo.force(first);
    // A new clone does not have the previous commit of the branch.
    const status = await onceStatus('two');
    assert.equal(status, 1);
    await expectSecond();
    assert.equal(await appliedCommit(), commit);
    assert.equal(await onceStatus('two', '--allow-rewind'), 0);
    assert.deepEqual(await configMapsOf(api, newer()), []);
    assert.equal(await appliedCommit(), first);
  });

  it('K57: a cluster goes to another branch only when that branch has its commit', async () => {
    const first = await pushFirst();
    const commit = await pushSecond();
    await once('one');
    repo.force(first, 'side');
    const flags = ['--branch', 'side', '--take-over', fleetId];
    assert.equal(await onceStatus('side', ...flags), 1);
    await expectSecond();
    assert.equal(await appliedCommit(), commit);
    const newest = await repo.push({ 'templates/other.yaml': 'a: 1\n' });
    repo.force(newest, 'side');
    assert.equal(await onceStatus('side', ...flags), 0);
    await expectSecond();
  });

  it('K57: a fast-forward works with any shallow clone', async () => {
    await pushFirst();
    await once('one');
    for (let i = 0; i < 12; i++) await repo.push({ 'templates/other.yaml': `i: ${i}\n` });
    const commit = await pushSecond();
    await once('two');
    assert.equal(await appliedCommit(), commit);
    await expectSecond();
  });

  it('K57: the inventory names the commit before anything is deleted for it', async () => {
    await pushFirst();
    await pushSecond();
    await once('one');
    const commit = await repo.push({ [fileOf(newer())]: undefined });
    await once('one');
    assert.equal(await appliedCommit(), commit);
  });
});

function start(state: string, ...flags: readonly string[]): SyncerProcess {
  return startFrom(`${server.url}repo.git`, state, ...flags);
}

function startFrom(url: string, state: string, ...flags: readonly string[]): SyncerProcess {
  const own = ['--kubeconfig', fleet.kubeconfig, '--state-dir', `${repo.directory}/${state}`];
  const syncer = new SyncerProcess(url, [...own, ...flags]);
  syncers.push(syncer);
  return syncer;
}

async function onceStatus(state: string, ...flags: readonly string[]): Promise<number | null> {
  return start(state, '--once', '--timeout', '6s', ...flags).ended;
}

async function once(state: string): Promise<void> {
  const syncer = start(state, '--once', '--timeout', '30s');
  assert.equal(await syncer.ended, 0, syncer.describe());
}

function fileOf(name: string): string {
  return `rendered/member1/default/configmap_${name}.json`;
}

/** The syncers reach the repository by the address of the server, and while that is away, by its path. */
function pushFirst(): Promise<string> {
  const repositories = [repo.url, `${server.url}repo.git`].map(repositoryAddress);
  return repo.push({
    'regatta.yaml': { spec: { repositories } },
    [fileOf('kept')]: configMap('kept', `first ${change}`),
  });
}

function pushSecond(): Promise<string> {
  const kept = configMap('kept', `second ${change}`);
  return repo.push({ [fileOf('kept')]: kept, [fileOf(newer())]: configMap(newer(), '1') });
}

async function expectSecond(): Promise<void> {
  const kept = await api.get(`${configMaps}/kept`);
  assert.deepEqual(kept?.data, { value: `second ${change}` });
  assert.deepEqual(await configMapsOf(api, newer()), [newer()]);
}

async function appliedCommit(): Promise<string | undefined> {
  return (await api.get(inventoryPath))?.metadata.annotations?.['regatta.dev/commit'];
}

/** Expects that the syncer reports that it waits, and writes nothing meanwhile. */
async function expectWaiting(syncer: SyncerProcess, at: string, own: string): Promise<void> {
  const [theirs, ours] = [at.slice(0, 8), own.slice(0, 8)];
  const reason = `waits: the cluster is at ${theirs}, which is newer than or unknown to this syncer (${ours})`;
  await syncer.event((event) => event.type === 'trouble' && event.reason === reason);
  const before = await versions();
  await sleep(4000);
  assert.deepEqual(await versions(), before);
  await expectSecond();
  expectNothingPruned(syncer);
}

async function versions(): Promise<readonly string[]> {
  const objects = [...(await api.list(configMaps)), await api.get(inventoryPath)];
  return objects.map((object) => `${object?.metadata.name} ${object?.metadata.resourceVersion}`);
}
