import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import type { KubeObject } from '#model/object.ts';
import { Loop } from '#syncer/loop.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { ApiProxy, type Intercept } from '#test/api/proxy.ts';
import { startFleet } from '#test/fleet.ts';
import { sendJson } from '#test/hostile-member.ts';
import { randomFrom } from '#test/syncer/faulty-cluster.ts';
import { desire, holderNamed, silent } from '#test/syncer/samples.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { manifestsOf } from '../../bench/sync/objects.ts';
import { Api } from './api.ts';
import { configMap } from './objects.ts';
import { configMaps, configMapsOf } from './scenario.ts';
import { SkippingClock } from './skipping-clock.ts';

const leases = '/apis/coordination.k8s.io/';

let fleet: TestFleet;
let proxy: ApiProxy;
let api: Api;
let clock: SkippingClock;
let loop: Loop;
let end: () => Promise<void>;
let events: SyncEvent[];
let commits = 0;

/** Starts a loop that reaches the member through the proxy, with a clock of its own. */
function start(): void {
  clock = new SkippingClock();
  events = [];
  loop = new Loop({
    name: 'member1',
    port: loadFleet(proxy.kubeconfig, undefined).connect('member1'),
    clock,
    log: silent,
    report: (event) => void events.push(event),
    holder: holderNamed('me'),
    tooling: 'regatta.dev/0',
    goal: desire(''),
    takeOver: new Set(),
    descends: async () => true,
    resyncMs: 3_600_000,
    onProgress: () => {},
    mayFollow: async () => true,
    refresh: async () => {},
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  end = () => {
    stop.abort();
    return running;
  };
}

/** Commits these objects. */
function commit(objects: readonly KubeObject[]): void {
  const desired = desire(`commit-${++commits}`, ...objects);
  const settings = {
    ...desired.settings,
    deletionBudget: { ...desired.settings.deletionBudget, cluster: [100_000] },
  };
  loop.setDesired({ type: 'desired', desired: { ...desired, settings } });
}

async function synced(timeoutMs = 20_000): Promise<void> {
  await until('the cluster to be synced', async () => loop.state.type === 'synced', timeoutMs);
}

function many(count: number, value: string): readonly KubeObject[] {
  return Array.from({ length: count }, (_, i) => configMap(`entropy-${i}`, value) as KubeObject);
}

/** Lets only the bookmarks of a watch pass. */
function dropEvents(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: Buffer) => boolean;
  response.write = ((chunk: Buffer) => {
    const lines = chunk.toString().split('\n');
    const kept = lines.filter((line) => line.includes('"BOOKMARK"')).join('\n');
    return kept === '' ? true : write(Buffer.from(`${kept}\n`));
  }) as typeof response.write;
}

function isWrite(method: string | undefined, url: string): boolean {
  return method !== 'GET' && !url.startsWith(leases) && !url.includes('dryRun');
}

const conflict = {
  kind: 'Status',
  code: 409,
  reason: 'Conflict',
  message: 'the object has been modified',
};

/** Answers a part of the writes with 409, without doing them. */
function conflicts(): Intercept {
  const random = randomFrom(1);
  return ({ method, url = '' }, response) =>
    isWrite(method, url) && random() < 0.3 && sendJson(response, conflict, 409);
}

describe('a cache that is never the only witness', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    api = new Api(fleet.kubeconfig, 'member1');
    start();
  });
  after(async () => {
    await end?.();
    api?.close();
    proxy?.close();
    await fleet?.close();
  });

  it('K56: finds within six minutes what watches without events did not show', async () => {
    proxy.intercept = ({ url = '' }, response) => {
      if (url.includes('watch=1')) dropEvents(response);
      return false;
    };
    commit(many(5, 'one'));
    await synced();
    await api.edit(`${configMaps}/entropy-1`, 'another-manager', { data: { value: 'drifted' } });
    await api.delete(`${configMaps}/entropy-2`);
    await clock.skip(360_000);
    const isRight = async () => {
      const names = await configMapsOf(api, 'entropy-');
      const data = (await api.get(`${configMaps}/entropy-1`))?.data as { readonly value?: string };
      return names.length === 5 && data.value === 'one';
    };
    await until('the objects to be as in Git', isRight).catch((error: unknown) =>
      assert.fail(`${error}\n${events.map((event) => JSON.stringify(event)).join('\n')}`),
    );
    const reasons = events.flatMap((event) => (event.type === 'trouble' ? [event.reason] : []));
    assert.ok(reasons.includes('watch of ConfigMap missed events; listed again'), reasons.join());
    proxy.intercept = () => false;
  });

  it('K56: leaves no orphan when the API server answers deletions with 409', async () => {
    proxy.intercept = conflicts();
    for (const size of [8, 3, 9, 2]) {
      commit(many(size, `of ${size}`));
      await clock.skip(15_000, 1000);
    }
    proxy.intercept = () => false;
    await clock.skip(20_000);
    await until('the objects to be as in Git', async () => {
      return (await configMapsOf(api, 'entropy-')).join() === 'entropy-0,entropy-1';
    });
  });

  it('K56: costs at most 20 requests in 5 minutes, and no write, for 5,000 objects', async () => {
    const objects = Object.values(manifestsOf(5000)) as unknown as readonly KubeObject[];
    commit(objects);
    await synced(240_000);
    const requests: string[] = [];
    proxy.intercept = ({ method, url = '' }) => {
      if (!url.startsWith(leases)) requests.push(`${method} ${url}`);
      return false;
    };
    await clock.skip(60_000);
    // The lists that confirm the deletions of the step before, and the write of the inventory.
    for (let before = -1; before < requests.length; await sleep(3000)) before = requests.length;
    requests.length = 0;
    await clock.skip(330_000, 10_000);
    await until('the audit to end', async () => new Set(requests).size >= 6, 90_000);
    // A watch lasts for nine minutes, so that each starts again once at most.
    const kinds = new Set(objects.map(({ kind }) => kind)).size;
    assert.ok(requests.length + kinds <= 20, requests.join('\n'));
    const isCheap = (request: string) => /^GET .*labelSelector=.*&resourceVersion=0/.test(request);
    assert.deepEqual(
      requests.filter((request) => !isCheap(request)),
      [],
    );
  });
});
