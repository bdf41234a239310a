import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { SyncEvent } from '#syncer/report/events.ts';
import { startFleet } from '#test/fleet.ts';
import { HostileMember, sendJson } from '#test/hostile-member.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';
import { hasGone, markOf, newestWorker, workersOf } from './worker-processes.ts';

const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases/regatta.f1eet00001';

let fleet: TestFleet;
let repo: FleetRepo;
let api: Api;
let hostile: HostileMember;
let syncer: SyncerProcess;

/** Starts a syncer of member1 and of the hostile member. */
function start(env: Readonly<Record<string, string>> = {}): SyncerProcess {
  const KUBECONFIG = [fleet.kubeconfig, hostile.kubeconfig].join(delimiter);
  const flags = ['--poll', '200ms', '--state-dir', `${repo.directory}/state`];
  return new SyncerProcess(repo.url, flags, { env: { KUBECONFIG, ...env } });
}

/** Pushes a value for both members, and resolves when member1 has it. */
async function expectSynced(value: string): Promise<void> {
  await repo.push({
    'rendered/member1/default/a.json': configMap('a', value),
    'rendered/hostile/default/a.json': configMap('a', value),
  });
  const holds = async () => isDeepStrictEqual((await api.get(`${configMaps}/a`))?.data, { value });
  await until(`value ${value}`, holds, 60_000).catch((error: unknown) => {
    assert.fail(`${error}\n${syncer.describe()}`);
  });
}

async function holderOfLease(): Promise<string> {
  const { holderIdentity = '' } = ((await api.get(leasePath))?.spec ?? {}) as {
    holderIdentity?: string;
  };
  return holderIdentity;
}

/** Kills the newest worker while it reads an answer of the hostile member. */
async function killWhileReading(): Promise<number> {
  const worker = await until(
    'a worker that reads',
    async () => {
      return workersOf(syncer).findLast((pid) => markOf(pid) === 'hostile');
    },
    60_000,
  );
  process.kill(worker, 'SIGKILL');
  return worker;
}

const isTrouble = (reason: RegExp) => (event: SyncEvent) =>
  event.type === 'trouble' && event.cluster === 'hostile' && reason.test(event.reason);

/** Answers every request with the beginning of a text. */
function sendHalf(): void {
  hostile.attack = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"kind": "APIResourceList", ');
    return true;
  };
}

describe('the process that serves the members', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    repo = await FleetRepo.make();
    api = new Api(fleet.kubeconfig, 'member1');
  });
  beforeEach(async () => {
    hostile = await HostileMember.open();
  });
  afterEach(async () => {
    await syncer?.stop('SIGKILL');
    hostile.close();
  });
  after(async () => {
    api?.close();
    await fleet?.close();
    await repo?.remove();
  });

  it('K19: dies alone, and the next one takes its Leases back under the same name', async () => {
    syncer = start();
    await expectSynced('before');
    const holder = await holderOfLease();
    const worker = await newestWorker(syncer);
    process.kill(worker, 'SIGKILL');
    await expectSynced('after');
    assert.equal(await holderOfLease(), holder);
    assert.deepEqual(workersOf(syncer).includes(worker), false);
    assert.equal(syncer.events.some(isTrouble(/while it read/)), false, syncer.describe());
  });

  it('K19: is named after the cluster that ended it, and such a cluster gets another one after two ends', async () => {
    sendHalf();
    syncer = start();
    await expectSynced('one');
    await killWhileReading();
    await syncer.event(
      isTrouble(
        /^the process .* was ended by SIGKILL while it read an answer of this cluster: it starts again in 1s$/,
      ),
    );
    await expectSynced('two');
    await killWhileReading();
    await syncer.event(
      isTrouble(/starts again in 2s, and another process serves this cluster from now on$/),
    );
    await expectSynced('three');
    await until('two workers', async () => workersOf(syncer).length === 2);
    const moved = await killWhileReading();
    await expectSynced('four');
    const others = workersOf(syncer).filter((pid) => pid !== moved);
    assert.ok(
      others.some((pid) => !hasGone(pid)),
      syncer.describe(),
    );
    await syncer.event((event) => event.type === 'synced' && event.cluster === 'member1');
  });

  it('K19: runs out of memory by an answer, and costs its own cluster only', async () => {
    hostile.attack = (request, response) =>
      request.url === '/api/v1' && sendJson(response, Array(900_000).fill('x'.repeat(60)));
    syncer = start({ NODE_OPTIONS: '--max-old-space-size=64' });
    await expectSynced('one');
    await syncer.event(
      isTrouble(/ran out of memory .*another process serves this cluster/),
      120_000,
    );
    await expectSynced('two');
  });

  it('K19: ends with the syncer, however that ends', async () => {
    syncer = start();
    await newestWorker(syncer);
    assert.equal(await syncer.stop('SIGTERM'), 0, syncer.describe());

    syncer = start();
    await expectSynced('killed');
    const killed = await newestWorker(syncer);
    await syncer.stop('SIGKILL');
    await until('the worker to end', async () => hasGone(killed), 10_000);

    syncer = start();
    await expectSynced('stopped');
    const stopped = await newestWorker(syncer);
    process.kill(stopped, 'SIGSTOP');
    const since = performance.now();
    assert.equal(await syncer.stop('SIGTERM'), 0, syncer.describe());
    const ms = performance.now() - since;
    assert.ok(ms < 10_000, `took ${Math.round(ms)} ms`);
    await until('the worker to end', async () => hasGone(stopped), 1000);
  });
});
