import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SyncEvent } from '#syncer/report/events.ts';
import { ApiProxy, type Intercept } from '#test/api/proxy.ts';
import { Api } from '#test/cluster/api.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps, inventoryPath } from '#test/cluster/scenario.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { peakOf } from '#test/cluster/worker-processes.ts';
import { startFleet } from '#test/fleet.ts';
import { sendEndlessly, sendJson } from '#test/hostile-member.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

/** The memory of the agent's container in deploy/, and the limit of its heap, in MiB. */
const memory = 512;
const heap = 192;

const mebibyte = 1024 ** 2;
/** Two GiB of blanks, as concatenated gzip files of 64 MiB. */
const bomb = Buffer.concat(Array(32).fill(gzipSync(Buffer.alloc(64 * mebibyte, ' '))));
/** The end of a page with a text that needs two bytes for each character as soon as it is parsed. */
const wide = Buffer.from(
  `"},"items":[{"metadata":{"name":"a"},"data":"${'x'.repeat(30 * mebibyte)}Ω"}]}`,
);

let fleet: TestFleet;
let repo: FleetRepo;
let proxy: ApiProxy;
let honest: ApiProxy;
let member1: Api;
let member2: Api;
let syncer: SyncerProcess;
let commits = 0;

function sendText(response: ServerResponse, text: string | Buffer, headers = {}): true {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(text);
  return true;
}

function page(next: string, name: string) {
  const items = [{ metadata: { name, namespace: 'default' } }];
  return { metadata: { resourceVersion: '1', continue: next }, items };
}

function widePage(next: string): Buffer {
  const start = `{"metadata":{"resourceVersion":"1","continue":"${next}`;
  return Buffer.concat([Buffer.from(start), wide]);
}

/** Attacks the lists of all kinds but the inventory. */
function onLists(attack: Intercept): Intercept {
  return (request, response) => {
    const { method, url = '' } = request;
    const isList = method === 'GET' && url.includes('labelSelector=applyset');
    return isList && !url.includes('watch=1') && attack(request, response);
  };
}

let pages = 0;
/** Number of endless watches that the syncer has ended. */
let endedWatches = 0;

function endlessWatch({ url = '' }: IncomingMessage, response: ServerResponse): boolean {
  if (!url.includes('watch=1')) return false;
  response.once('close', () => endedWatches++);
  return sendEndlessly(response, 'x');
}

const attacks = {
  'a compressed answer that unpacks to 2 GiB': [
    onLists((_, response) => sendText(response, bomb, { 'content-encoding': 'gzip' })),
    /^the API server sent more than 64 MiB for list of \w+$/,
  ],
  'an answer without end': [
    onLists((_, response) => sendEndlessly(response, 'x')),
    /^the API server sent more than 64 MiB for list of \w+$/,
  ],
  'an answer of millions of empty lists': [
    onLists((_, response) => sendText(response, `[${'[],'.repeat(20 * mebibyte)}[]]`)),
    /^the API server sent more than 1000000 values for list of \w+$/,
  ],
  'a list that never ends': [
    onLists((_, response) => sendJson(response, page(`page ${pages++}`, `a${pages}`))),
    /^the API server sent more than 1000 pages for list of \w+$/,
  ],
  'a list that repeats a page': [
    onLists((_, response) => sendJson(response, page('same', 'a'))),
    /^the API server sent the same page twice for list of \w+$/,
  ],
  'large lists of all kinds at the same time': [
    onLists((_, response) => sendText(response, widePage(`page ${pages++}`))),
    /^the API server sent more than \d+ MiB for list of \w+$/,
  ],
  'a watch whose first line never ends': [endlessWatch, undefined],
  'a request to wait for years': [
    onLists((_, response) => {
      // Eleven days. A timer of Node with more milliseconds than fit into 31 bits ends at once.
      response.setHeader('retry-after', '1000000');
      return sendJson(response, { message: 'busy' }, 429);
    }),
    /busy$/,
  ],
} satisfies Record<string, readonly [Intercept, reason: RegExp | undefined]>;

/** Pushes a commit for both members, and resolves when member1 has it. */
async function expectMember1Synced(): Promise<void> {
  const value = `${++commits}`;
  await repo.push({
    'rendered/member1/default/a.json': configMap('a', value),
    'rendered/member2/default/a.json': configMap('a', value),
  });
  const live = async () => (await member1.get(`${configMaps}/a`))?.data;
  await until(
    'member1 to have the commit',
    async () => JSON.stringify(await live()) === JSON.stringify({ value }),
    60_000,
  ).catch((error: unknown) => assert.fail(`${error}\n${syncer.describe()}`));
}

/** Ends the attack, and resolves when member2 is synced. A fault is only reported again after that. */
async function expectRecovery(): Promise<void> {
  proxy.intercept = () => false;
  syncer.forgetEvents();
  await expectMember1Synced();
  const isSynced = (event: SyncEvent) => event.type === 'synced' && event.cluster === 'member2';
  await syncer.event(isSynced, 90_000);
}

/** Expects that the syncer ends watches by itself, before their lines fill its memory. */
async function expectEndedWatches(): Promise<void> {
  const before = endedWatches;
  await until('the syncer to end 5 watches', async () => endedWatches >= before + 5, 60_000);
}

/** Returns the largest memory that the syncer and its worker have used, in MiB. */
function peak(): number {
  return Math.ceil(peakOf(syncer) / mebibyte);
}

function start(): void {
  const flags = ['--poll', '200ms', '--resync', '2s', '--state-dir', `${repo.directory}/state`];
  const env = {
    KUBECONFIG: `${honest.kubeconfig}:${proxy.kubeconfig}`,
    NODE_OPTIONS: `--max-old-space-size=${heap}`,
  };
  syncer = new SyncerProcess(repo.url, flags, { env });
}

/** Matches the event of a failed turn of member2, or of an object there whose kind cannot be listed. */
function isFault(reason: RegExp): (event: SyncEvent) => boolean {
  return (event) =>
    (event.type === 'trouble' && event.cluster === 'member2' && reason.test(event.reason)) ||
    (event.type === 'object' && event.cluster === 'member2' && reason.test(event.message));
}

async function restart(): Promise<void> {
  await syncer.stop('SIGKILL');
  start();
}

describe('a hostile member, in the memory of the shipped manifests', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1', 'member2'] });
    proxy = await ApiProxy.open(fleet.kubeconfig, 'member2');
    honest = await ApiProxy.open(fleet.kubeconfig, 'member1');
    member1 = new Api(fleet.kubeconfig, 'member1');
    member2 = new Api(fleet.kubeconfig, 'member2');
    repo = await FleetRepo.make();
    const kinds = ['Secret', 'ServiceAccount', 'Service', 'ResourceQuota', 'LimitRange'];
    const objects = kinds.map((kind) => [
      `rendered/member2/default/${kind}.json`,
      {
        apiVersion: 'v1',
        kind,
        metadata: { name: 'own', namespace: 'default' },
        ...(kind === 'Service' && { spec: { ports: [{ port: 80 }] } }),
        ...(kind === 'LimitRange' && { spec: { limits: [] } }),
      },
    ]);
    await repo.push(Object.fromEntries(objects));
    start();
    await expectMember1Synced();
    await syncer.event((event) => event.type === 'synced' && event.cluster === 'member2');
  });
  after(async () => {
    await syncer?.stop('SIGKILL');
    proxy?.close();
    honest?.close();
    member1?.close();
    member2?.close();
    await fleet?.close();
    await repo?.remove();
  });

  for (const [name, [attack, reason]] of Object.entries(attacks)) {
    it(`K18: S11: stops neither other members nor the syncer with ${name}`, async () => {
      proxy.intercept = attack;
      syncer.forgetEvents();
      if (reason === undefined) await restart();
      else {
        await syncer.event(isFault(reason), 60_000);
      }
      await expectMember1Synced();
      if (attack === endlessWatch) await expectEndedWatches();
      assert.ok(peak() < memory, `the syncer used ${peak()} MiB`);
      await expectRecovery();
    });
  }

  it('K18: S11: stops neither other members nor the syncer with many answers without end', async () => {
    const [attack] = attacks['an answer without end'];
    let answers = 0;
    proxy.intercept = (request, response) => {
      const isAttacked = attack(request, response);
      if (isAttacked) answers++;
      return isAttacked;
    };
    await until('the syncer to read 40 answers', async () => answers > 40, 90_000);
    await expectMember1Synced();
    assert.ok(peak() < memory, `the syncer used ${peak()} MiB`);
    await expectRecovery();
  });

  it('K18: S11: stops neither other members nor the syncer with a number of inventory parts', async () => {
    const annotations = { 'regatta.dev/inventory-shards': '1000000000' };
    await member2.edit(inventoryPath, 'kubectl-annotate', { metadata: { annotations } });
    const isRefused = /inventory-shards: "1000000000" is not a number from 1 to 1000$/;
    await syncer.event((event) => event.type === 'trouble' && isRefused.test(event.reason), 60_000);
    await restart();
    await syncer.event((event) => event.type === 'trouble' && isRefused.test(event.reason), 60_000);
    await expectMember1Synced();
  });
});
