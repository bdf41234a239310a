import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Listening, startListening } from '#cli/run/listening.ts';
import { instrumentFleet } from '#io/http/instrument.ts';
import { listen } from '#io/http/server.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { PublishingPort } from '#syncer/ports/source.ts';
import type { TurnReport } from '#syncer/report/turns.ts';
import { FakeCluster } from '#test/syncer/fake-cluster.ts';
import { configMapKey } from '#test/syncer/samples.ts';

const never = new AbortController().signal;
const loopback = { host: '127.0.0.1', port: 0 };

function turn(cluster: string, more: Partial<TurnReport> = {}): TurnReport {
  const times = { startedAt: 0, endedAt: 700 };
  return {
    cluster,
    ...times,
    commit: '',
    state: 'synced',
    reason: '',
    counts: {},
    phases: [],
    ...more,
  };
}

describe('a syncer that listens', () => {
  let listening: Listening;
  let states: ReadonlyMap<string, TurnReport['state']> = new Map();
  const member = new FakeCluster();
  const fleet: FleetPort = { clusters: ['member1'], connect: () => member };
  let readable = true;
  const source = {
    fetch: async () => {
      if (!readable) throw new Error('no such repository');
      return 'c0ffee';
    },
  } as unknown as PublishingPort;

  before(async () => {
    listening = await startListening({
      address: loopback,
      probeAddress: loopback,
      version: '1.2.3',
      pollMs: 1000,
      states: () => states,
      former: () => ['member9'],
    });
  });
  after(() => listening.close());

  async function get(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
    const response = await fetch(`${listening.urls.url}${path}`, { method });
    return { status: response.status, text: await response.text() };
  }

  async function metric(line: string): Promise<void> {
    const { text } = await get('/metrics');
    assert.ok(text.split('\n').includes(line), `${line}\nis not in\n${text}`);
  }

  it('is ready after it has read the repository and each cluster has had a turn', async () => {
    assert.equal((await get('/healthz')).status, 200);
    const observed = listening.observeSource(source);
    readable = false;
    await assert.rejects(observed.fetch(never));
    assert.deepEqual(await get('/readyz'), {
      status: 503,
      text: 'the syncer has not read the repository yet\n',
    });
    readable = true;
    await observed.fetch(never);
    states = new Map([['member1', 'working']]);
    assert.deepEqual(await get('/readyz'), {
      status: 503,
      text: 'the first turn of 1 of 1 clusters has not ended yet\n',
    });
    listening.turned(turn('member1', { state: 'working', fault: 'unreachable' }));
    assert.deepEqual(await get('/readyz'), { status: 200, text: 'ok\n' });
    await metric('regatta_source_polls_total{result="ok"} 1');
    await metric('regatta_source_polls_total{result="failed"} 1');
    await metric('regatta_turn_failures_total{cluster="member1",reason="unreachable"} 1');
  });

  it('serves metrics of the state of clusters and of changes to them', async () => {
    states = new Map([
      ['member1', 'synced'],
      ['member2', 'stalled'],
    ]);
    const counts = { created: 2, unchanged: 5, held: 1 };
    listening.turned(turn('member1', { counts }));
    const key = configMapKey('a');
    const event = { type: 'object', cluster: 'member1', key, message: '' } as const;
    listening.heard({ ...event, result: 'created' });
    listening.heard({ ...event, result: 'unchanged' });
    listening.heard({ type: 'drift', cluster: 'member1', key, deleted: true, changes: [] });
    for (const line of [
      'regatta_build_info{version="1.2.3"} 1',
      'regatta_cluster_synced{cluster="member1"} 1',
      'regatta_cluster_synced{cluster="member2"} 0',
      'regatta_cluster_stalled{cluster="member2"} 1',
      'regatta_cluster_former{cluster="member9"} 1',
      'regatta_objects{cluster="member1",result="unchanged"} 5',
      'regatta_objects{cluster="member1",result="held"} 1',
      'regatta_object_changes_total{cluster="member1",result="created"} 1',
      'regatta_drift_total{cluster="member1",done="corrected"} 1',
      'regatta_turn_duration_seconds_bucket{le="0.5",cluster="member1"} 0',
      'regatta_turn_duration_seconds_bucket{le="1",cluster="member1"} 1',
    ]) {
      await metric(line);
    }
    const { text } = await get('/metrics');
    assert.ok(!text.includes(key) && !text.includes('default'), 'the metrics name no object');
  });

  it('counts the calls to clusters by result', async () => {
    const port = instrumentFleet(fleet, listening.called).connect('member1');
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'default' };
    assert.equal(await port.read(ref, never), undefined);
    member.down = true;
    await assert.rejects(port.read(ref, never), ClusterError);
    member.down = false;
    await metric('regatta_cluster_calls_total{cluster="member1",call="read",result="ok"} 1');
    await metric(
      'regatta_cluster_calls_total{cluster="member1",call="read",result="unreachable"} 1',
    );
  });

  it('K33: serves no series of a cluster that left the fleet', async () => {
    const gone = 'member3';
    states = new Map([...states, [gone, 'synced']]);
    const counts = { created: 2, unchanged: 5 };
    listening.turned(turn(gone, { counts, fault: 'unreachable' }));
    const key = configMapKey('a');
    const event = { type: 'object', cluster: gone, key, message: '' } as const;
    listening.heard({ ...event, result: 'created' });
    listening.heard({ type: 'drift', cluster: gone, key, deleted: true, changes: [] });
    const port = instrumentFleet(fleet, listening.called).connect(gone);
    await port.discover(never);
    const seriesOf = async (cluster: string) =>
      (await get('/metrics')).text.split('\n').filter((line) => line.includes(`"${cluster}"`));
    const families = new Set(
      (await seriesOf(gone)).map((line) => /^\w+?(?=\{|_(bucket|sum|count)\{)/.exec(line)?.[0]),
    );
    assert.equal(families.size, 8, [...families].join());
    const others = await seriesOf('member1');
    states = new Map([...states].filter(([name]) => name !== gone));
    assert.deepEqual(await seriesOf(gone), []);
    assert.deepEqual(await seriesOf('member1'), others);
    // A turn that was running when the cluster left ends later.
    listening.turned(turn(gone, { counts }));
    assert.deepEqual(await seriesOf(gone), []);
  });

  it('serves exactly the metrics in docs/metrics.md', async () => {
    const { text } = await get('/metrics');
    const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const guide = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const documented = [...guide.matchAll(/^\| `(\w+)(?:\{[^}]*\})?` +\| (\w+) /gm)].map(
      ([, name, type]) => [name, type],
    );
    assert.deepEqual(documented.toSorted(), served.toSorted());
  });

  it('K52: serves the probes, and nothing else, at a port of their own', async () => {
    const ask = async (path: string) => (await fetch(`${listening.urls.probeUrl}${path}`)).status;
    const all = ['/healthz', '/readyz', '/metrics', '/hooks/github'];
    const [healthz, readyz, ...others] = await Promise.all(all.map(ask));
    assert.equal(healthz, 200);
    assert.equal(readyz, (await get('/readyz')).status);
    assert.deepEqual(others, [404, 404]);
  });

  it('answers only its own paths, and refuses large requests', async () => {
    assert.equal((await get('/')).status, 404);
    assert.equal((await get('/constructor')).status, 404);
    assert.equal((await get('/metrics', 'POST')).status, 405);
    assert.equal((await get('/metrics', 'HEAD')).status, 200);
    const { hostname, port } = new URL(listening.urls.url ?? '');
    await assert.rejects(listen({ host: hostname, port: Number(port) }, {}), /EADDRINUSE/);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`GET /healthz HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', () => {});
    });
    assert.match(answer, /^HTTP\/1.1 431 /);
  });
});
