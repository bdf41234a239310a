import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Http2Front } from '#test/api/http2-front.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps } from './scenario.ts';
import { type SyncerHow, SyncerProcess } from './syncer-process.ts';
import { hasGone, newestWorker } from './worker-processes.ts';

/** `npm run test:long` sets the variable. */
const stops = process.env.REGATTA_LONG_RUNS === undefined ? 20 : 500;
const members = ['member1', 'member2'];
const objects = Array.from({ length: 60 }, (_, i) => `many-${i}`);
const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases/regatta.f1eet00001';

/** Spins in the main thread soon after SIGTERM. Threads load the module, too. */
const spin = `import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('SIGTERM', () => setTimeout(() => { for (;;); }, 50));
`;

let fleet: TestFleet;
let repo: FleetRepo;
let folder: string;
let fronts: readonly Http2Front[];

/** Starts a syncer of one member, and resolves when the first dry run stays without an answer. */
async function startWithDryRuns(index: number, how: SyncerHow = {}): Promise<SyncerProcess> {
  const [front, member] = [frontOf(index), members[index] ?? ''];
  front.unanswered = 0;
  const state = ['--state-dir', join(folder, member), '--cluster', member];
  const syncer = new SyncerProcess(repo.url, ['--kubeconfig', front.kubeconfig, ...state], how);
  await until('a dry run', async () => front.unanswered > 0, 30_000).catch(
    async (error: unknown) => {
      await syncer.stop('SIGKILL');
      assert.fail(`${error}\n${syncer.describe()}`);
    },
  );
  return syncer;
}

function frontOf(index: number): Http2Front {
  const front = fronts[index];
  assert.ok(front);
  return front;
}

/** Stops a syncer. Resolves to how long the stop took, in milliseconds. */
async function stop(syncer: SyncerProcess): Promise<number> {
  const since = performance.now();
  await Promise.race([syncer.stop('SIGTERM'), sleep(20_000, undefined, { ref: false })]);
  return performance.now() - since;
}

async function stopOften(index: number, note: (message: string) => void): Promise<void> {
  const front = frontOf(index);
  let longest = 0;
  for (let n = 0; n < stops / members.length; n++) {
    const syncer = await startWithDryRuns(index);
    await sleep(Math.random() * 50);
    const begun = front.unanswered;
    const ms = await stop(syncer);
    const found = `stop ${n} of ${members[index]} took ${Math.round(ms)} ms\n${syncer.describe()}`;
    longest = Math.max(longest, ms);
    if (ms >= 10_000) await syncer.stop('SIGKILL');
    assert.ok(ms < 10_000, found);
    assert.equal(await syncer.ended, 0, found);
    // Requests that were on their way when the signal arrived.
    assert.ok(front.unanswered - begun <= 8, `${front.unanswered - begun} begun\n${found}`);
  }
  note(`${stops / members.length} stops of ${members[index]}, longest ${Math.round(longest)} ms`);
}

describe('A stop while the API server leaves dry runs unanswered', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-stops-'));
    fleet = await startFleet({ members });
    repo = await FleetRepo.make();
    const value = 'x'.repeat(60_000);
    const files = members.flatMap((member) =>
      objects.map((name) => {
        return [`rendered/${member}/default/configmap_${name}.json`, configMap(name, value)];
      }),
    );
    await repo.push(Object.fromEntries(files));
    const once = ['--kubeconfig', fleet.kubeconfig, '--state-dir', join(folder, 'once')];
    const first = new SyncerProcess(repo.url, [...once, '--once', '--timeout', '60s']);
    assert.equal(await first.ended, 0, first.describe());
    fronts = await Promise.all(members.map((name) => Http2Front.open(fleet.kubeconfig, name)));
    for (const front of fronts) front.isSilent = ({ method }) => method === 'PATCH';
    for (const member of members) {
      const api = new Api(fleet.kubeconfig, member);
      const edit = { data: { value: 'drifted' } };
      for (const name of objects) await api.edit(`${configMaps}/${name}`, 'kubectl-edit', edit);
      api.close();
    }
  });
  after(async () => {
    for (const front of fronts ?? []) front.close();
    await fleet?.close();
    await repo?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('K60: ends within 10 s at any moment, and begins nothing more', async (t) => {
    const note = (message: string) => t.diagnostic(message);
    await Promise.all(members.map((_, index) => stopOften(index, note)));
  });

  it('K60: ends within 10 s although the main thread spins, and its worker ends, too', async () => {
    const module = join(folder, 'spin.mjs');
    await writeFile(module, spin);
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(module)}` };
    const syncer = await startWithDryRuns(0, { env });
    const worker = await newestWorker(syncer);
    const ms = await stop(syncer);
    if (ms >= 10_000) await syncer.stop('SIGKILL');
    assert.ok(ms < 10_000, `took ${Math.round(ms)} ms\n${syncer.describe()}`);
    assert.equal(await syncer.killedBy, 'SIGKILL');
    await until('the worker to end', async () => hasGone(worker));
  });

  it('K60: ends within 10 s although its worker stands still, and leaves the Lease to expire', async () => {
    const syncer = await startWithDryRuns(0);
    const worker = await newestWorker(syncer);
    process.kill(worker, 'SIGSTOP');
    const ms = await stop(syncer);
    if (ms >= 10_000) await syncer.stop('SIGKILL');
    assert.ok(ms < 10_000, `took ${Math.round(ms)} ms\n${syncer.describe()}`);
    assert.equal(await syncer.ended, 0, syncer.describe());
    assert.ok(hasGone(worker));
    const api = new Api(fleet.kubeconfig, 'member1');
    const lease = await api.get(leasePath);
    api.close();
    const { holderIdentity = '' } = (lease?.spec ?? {}) as Readonly<Record<string, string>>;
    assert.match(holderIdentity, /_member1$/);
  });
});
