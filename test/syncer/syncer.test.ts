import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { CompilerPort } from '#syncer/ports/source.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { Syncer } from '#syncer/syncer.ts';
import { assertEvent } from '#test/events.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeSource } from './fake-source.ts';
import {
  configMap,
  configMapFile,
  configMapKey,
  fakeClock,
  holderNamed,
  silent,
} from './samples.ts';

const never = new AbortController().signal;
const patient = { wait: true, timeoutMs: 60_000 };

let source: FakeSource;
let clusters: Map<string, FakeCluster>;
let events: SyncEvent[];

describe('Syncer.once', () => {
  beforeEach(() => {
    source = new FakeSource();
    clusters = new Map([
      ['member1', new FakeCluster()],
      ['member2', new FakeCluster()],
    ]);
    events = [];
  });

  it('brings each cluster to its directory', async () => {
    source.advance('c1', both('1'));
    assert.equal(await open().once(patient, never), true);
    for (const [name, cluster] of clusters) {
      assert.deepEqual(dataOf(cluster, 'a'), { value: '1' }, name);
    }
    assert.deepEqual(told('synced'), ['member1', 'member2']);
  });

  it('asks a cluster for its inventory while its directory is read', async () => {
    source.advance('c1', both('1'));
    const read = source.read.bind(source);
    source.read = async (oids) => {
      await until(() => cluster('member1').calls.some((call) => call.includes('inventory')));
      return read(oids);
    };
    assert.equal(await open().once(patient, never), true);
  });

  it('goes on with the others when one cluster is down, and says which', async () => {
    source.advance('c1', both('1'));
    cluster('member1').down = true;
    assert.equal(await open().once(patient, never), false);
    assert.deepEqual(dataOf(cluster('member2'), 'a'), { value: '1' });
    assertEvent(events, { type: 'trouble', cluster: 'member1', reason: /refused/ });
  });

  it('goes on when a directory has no context', async () => {
    source.advance('c1', { ...both('1'), 'moon/default/a.yaml': configMapFile('a', '1') });
    assert.equal(await open().once(patient, never), false);
    assert.deepEqual(told('synced'), ['member1', 'member2']);
    assert.deepEqual(told('refused'), ['moon']);
  });

  for (const [name, text] of [
    ['no YAML', 'a: [1'],
    ['no object', '- 1'],
    ['a namespace that is a path', configMapFile('a', '1').replace('"default"', '"../x"')],
    ['a name that is a path', configMapFile('a/../b', '1')],
    [
      'the label that says whose it is',
      configMapFile('a', '1').replace(
        '"metadata":{',
        '"metadata":{"labels":{"applyset.kubernetes.io/part-of":"x"},',
      ),
    ],
  ] as const) {
    it(`writes nothing to a cluster with a file that has ${name}`, async () => {
      source.advance('c1', both('1'));
      await open().once(patient, never);
      const { writes } = cluster('member1');
      writes.length = 0;
      const files = {
        'member1/default/b.yaml': configMapFile('b', '1'),
        'member1/default/z.yaml': text,
      };
      source.advance('c2', { ...both('2'), ...files });
      assert.equal(await open().once(patient, never), false);
      assert.deepEqual(writes, []);
      const refusal = events.findLast(({ type }) => type === 'refused');
      assertEvent([refusal], { type: 'refused', reason: /z\.yaml/ });
      assert.deepEqual(dataOf(cluster('member2'), 'a'), { value: '2' });
    });
  }

  it('deletes nothing when a directory has no manifest left', async () => {
    source.advance('c1', both('1'));
    await open().once(patient, never);
    source.advance('c2', { ...both('1'), 'member1/default/a.yaml': '# gone\n' });
    assert.equal(await open().once(patient, never), false);
    assert.ok(cluster('member1').objects.has(configMapKey('a')));
    assertEvent(events, { type: 'refused', cluster: 'member1', reason: /deletes nothing/ });
  });

  it('changes nothing when the rendered root is missing', async () => {
    source.advance('c1', both('1'));
    await open().once(patient, never);
    source.advance('c2', {});
    assert.equal(await open().once(patient, never), false);
    const reason = /no rendered directories: nothing changes/;
    assertEvent([events.at(-1)], { type: 'source-trouble', reason });
  });

  it('fails at once when the repository can’t be read', async () => {
    source.broken = 'fatal: repository not found';
    assert.equal(await open().once(patient, never), false);
    assert.deepEqual(events, [{ type: 'source-trouble', reason: 'fatal: repository not found' }]);
  });

  it('applies nothing of a commit that does not compile', async () => {
    source.advance('c1', both('1'));
    const compile = async () => ({ ok: false, diagnostics: [] });
    assert.equal(await open(compile).once(patient, never), false);
    assert.deepEqual(events, [{ type: 'rejected-commit', commit: 'c1', diagnostics: [] }]);
    assert.deepEqual(cluster('member1').writes, []);
  });
});

describe('Syncer.run', () => {
  beforeEach(() => {
    source = new FakeSource();
    clusters = new Map([['member1', new FakeCluster()]]);
    events = [];
  });

  it('follows commits, corrects drift as it happens, keeps all when a directory vanishes', async () => {
    source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1'), 'x/a.yaml': '' });
    const stop = new AbortController();
    const running = open().run(stop.signal);
    const { objects } = cluster('member1');
    await until(() => told('synced').length === 1);

    cluster('member1').edit(configMap('a', ''), 'kubectl-edit', { data: { value: '9' } });
    await until(() => told('drift').length === 1);
    await until(() => JSON.stringify(dataOf(cluster('member1'), 'a')) === '{"value":"1"}');

    cluster('member1').remove(configMapKey('a'));
    await until(() => told('drift').length === 2);
    assert.ok(objects.has(configMapKey('a')));

    source.advance('c2', { 'x/a.yaml': '' });
    await until(() => told('refused').includes('member1'));
    assert.ok(objects.has(configMapKey('a')));

    source.advance('c3', { 'member1/default/b.yaml': configMapFile('b', '1') });
    await until(() => objects.has(configMapKey('b')) && !objects.has(configMapKey('a')));
    stop.abort();
    await running;
  });

  it('comes back to a cluster that was down', async () => {
    source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1') });
    cluster('member1').down = true;
    const stop = new AbortController();
    const running = open().run(stop.signal);
    await until(() => told('trouble').length === 1);
    cluster('member1').down = false;
    await until(() => told('synced').length === 1);
    stop.abort();
    await running;
    assert.deepEqual(told('trouble'), ['member1'], 'trouble is told once');
  });

  it('reads of a new commit only the files that it changes', async () => {
    const files = (changed: string) => ({
      'member1/default/a.yaml': configMapFile('a', '1'),
      'member1/default/b.yaml': configMapFile('b', changed),
      'member1/default/c.yaml': configMapFile('c', '1'),
    });
    source.advance('c1', files('1'));
    const stop = new AbortController();
    const running = open().run(stop.signal);
    await until(() => told('synced').length === 1);
    source.reads.length = 0;
    source.advance('c2', files('2'));
    await until(() => told('synced').length === 2);
    assert.deepEqual(source.reads, [configMapFile('b', '2')]);
    assert.deepEqual(dataOf(cluster('member1'), 'b'), { value: '2' });
    stop.abort();
    await running;
  });

  it('keeps what it has while the repository is away', async () => {
    source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1') });
    const stop = new AbortController();
    const running = open().run(stop.signal);
    await until(() => told('synced').length === 1);
    source.broken = 'fatal: unable to access';
    await until(() => events.some(({ type }) => type === 'source-trouble'));
    cluster('member1').remove(configMapKey('a'));
    await until(() => cluster('member1').objects.has(configMapKey('a')));
    stop.abort();
    await running;
  });

  it('starts with what was accepted last while the repository is away, and goes on when it is back', async () => {
    source.advance('c1', { 'member1/a.yaml': configMapFile('a', '1') });
    source.accepted = 'c1';
    source.broken = 'fatal: unable to access';
    const stop = new AbortController();
    const running = open().run(stop.signal);
    await until(() => told('synced').length === 1);
    assert.deepEqual(dataOf(cluster('member1'), 'a'), { value: '1' });
    assert.ok(events.some(({ type }) => type === 'source-trouble'));
    source.advance('c2', { 'member1/a.yaml': configMapFile('a', '2') });
    source.broken = undefined;
    await until(() => told('synced').length === 2);
    assert.deepEqual(dataOf(cluster('member1'), 'a'), { value: '2' });
    stop.abort();
    await running;
  });
});

function open(compile?: CompilerPort): Syncer {
  const clock = fakeClock();
  const fleet = { clusters: [...clusters.keys()], connect: cluster };
  const report = (event: SyncEvent) => void events.push(event);
  const holder = holderNamed('me');
  const ports = { source, fleet, clock, holder, log: silent, report, ...(compile && { compile }) };
  return new Syncer(ports, { pollMs: 1000, resyncMs: 3_600_000, tooling: 'regatta/0.0.0' });
}

function cluster(name: string): FakeCluster {
  const found = clusters.get(name);
  assert.ok(found);
  return found;
}

function both(value: string): Readonly<Record<string, string>> {
  return {
    'member1/default/a.yaml': configMapFile('a', value),
    'member2/default/a.yaml': configMapFile('a', value),
  };
}

function dataOf(cluster: FakeCluster, name: string): unknown {
  return cluster.objects.get(configMapKey(name))?.data;
}

/** Clusters of which such an event was told, in name order. */
function told(type: SyncEvent['type']): readonly string[] {
  return events
    .flatMap((event) => (event.type === type && 'cluster' in event ? [event.cluster] : []))
    .toSorted();
}

/** Lets the loops run until it holds. @throws when it doesn't within many steps */
async function until(holds: () => boolean): Promise<void> {
  for (let step = 0; step < 2000; step++) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail(`does not hold: ${holds}; told ${JSON.stringify(events)}`);
}
