import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reconcile } from '#syncer/reconcile.ts';
import { assertEvent } from '#test/events.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const never = new AbortController().signal;

describe('reconcile', () => {
  it('writes nothing and reads only lists and the inventory when nothing changed', async () => {
    const cluster = new FakeCluster();
    const desired = desire('one', configMap('a', '1'), configMap('b', '1'));
    await reconcile(openMember(cluster).member, desired, never);
    cluster.writes.length = 0;
    cluster.calls.length = 0;
    await reconcile(openMember(cluster).member, desired, never);
    assert.deepEqual(cluster.writes, []);
    assert.deepEqual(cluster.calls, [`read ${parentKey}`, 'list ConfigMap']);
  });

  it('finds foreign objects among many new ones with one list, and does not change them', async () => {
    const cluster = new FakeCluster();
    cluster.edit(configMap('c7', 'theirs'), 'helm', { data: { value: 'theirs' } });
    const objects = Array.from({ length: 40 }, (_, i) => configMap(`c${i}`, '1'));
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(member, desire('one', ...objects), never);
    const results = outcomes.map(({ result }) => result);
    assert.equal(results.filter((result) => result === 'created').length, 39);
    assert.deepEqual(
      outcomes.filter(({ result }) => result === 'refused').map(({ key }) => key),
      [configMapKey('c7')],
    );
    const reads = cluster.calls.filter((call) => call.startsWith('read /ConfigMap/default/'));
    assert.deepEqual(reads, [`read ${configMapKey('c7')}`]);
  });

  it('lists a kind once for many namespaces, and reads each object when foreign ones are too many', async () => {
    const inNamespace = (i: number, namespace: string) => {
      const object = configMap(`c${i}`, '1');
      return { ...object, metadata: { ...object.metadata, namespace } };
    };
    const objects = Array.from({ length: 60 }, (_, i) =>
      inNamespace(i, i < 25 ? 'a' : `n${i % 5}`),
    );
    const readsAmong = async (others: number) => {
      const cluster = new FakeCluster();
      for (let i = 0; i < others; i++) cluster.edit(inNamespace(i, 'theirs'), 'helm');
      await reconcile(openMember(cluster).member, desire('one', ...objects), never);
      return cluster.calls.filter((call) => /^read .ConfigMap.(a|n\d)/.test(call)).length;
    };
    assert.equal(await readsAmong(500), 0);
    assert.equal(
      await readsAmong(601),
      35,
      'one list for the largest namespace, one read for each object of the others',
    );
  });

  it('writes only the objects that the commit changed', async () => {
    const cluster = new FakeCluster();
    const { member } = openMember(cluster);
    await reconcile(member, desire('one', configMap('a', '1'), configMap('b', '1')), never);
    cluster.writes.length = 0;
    await reconcile(member, desire('two', configMap('a', '1'), configMap('b', '2')), never);
    const inventory = `apply ${parentKey}`;
    assert.deepEqual(cluster.writes, [inventory, `apply ${configMapKey('b')}`, inventory]);
  });

  it('refuses an object of another manager, and applies the others', async () => {
    const cluster = new FakeCluster();
    cluster.edit(configMap('a', 'theirs'), 'helm', { data: { value: 'theirs' } });
    const { member, events } = openMember(cluster);
    const { outcomes } = await reconcile(
      member,
      desire('one', configMap('a', '1'), configMap('b', '1')),
      never,
    );
    assert.deepEqual(outcomes.map(({ key, result }) => `${result} ${key}`).toSorted(), [
      `created ${configMapKey('b')}`,
      `refused ${configMapKey('a')}`,
    ]);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: 'theirs' });
    assertEvent(events, { type: 'object', result: 'refused', message: /managed by helm/ });
  });

  it('never prunes a refused object, even when it leaves Git', async () => {
    const cluster = new FakeCluster();
    cluster.edit(configMap('a', 'theirs'), 'helm', { data: { value: 'theirs' } });
    const { member } = openMember(cluster);
    await reconcile(member, desire('one', configMap('a', '1'), configMap('b', '1')), never);
    await reconcile(member, desire('two', configMap('b', '1')), never);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: 'theirs' });
  });

  it('takes over an object whose Karmada conflict resolution is overwrite', async () => {
    const cluster = new FakeCluster();
    cluster.edit(configMap('a', 'theirs'), 'helm', { data: { value: 'theirs' } });
    const object = configMap('a', '1');
    const annotations = { 'work.karmada.io/conflict-resolution': 'overwrite' };
    const annotated = { ...object, metadata: { ...object.metadata, annotations } };
    await reconcile(openMember(cluster).member, desire('one', annotated), never);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '1' });
  });

  it('reports the manager and the field of drift, and corrects it', async () => {
    const cluster = new FakeCluster();
    const { member, events } = openMember(cluster);
    const desired = desire('one', configMap('a', '1'));
    await reconcile(member, desired, never);
    cluster.edit(configMap('a', ''), 'kubectl-edit', { data: { value: '5' } });
    await reconcile(member, desired, never);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '1' });
    assert.deepEqual(events.at(-1), {
      type: 'drift',
      cluster: 'member1',
      key: configMapKey('a'),
      deleted: false,
      changes: [
        {
          path: '.data.value',
          pointer: '/data/value',
          desired: '1',
          live: '5',
          manager: 'kubectl-edit',
          operation: 'Update',
          time: '2026-01-01T00:00:00Z',
        },
      ],
    });
  });

  it('creates an object again that was deleted by hand', async () => {
    const cluster = new FakeCluster();
    const { member, events } = openMember(cluster);
    const desired = desire('one', configMap('a', '1'));
    await reconcile(member, desired, never);
    cluster.remove(configMapKey('a'));
    await reconcile(member, desired, never);
    assert.ok(cluster.objects.has(configMapKey('a')));
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'drift' ? [event.deleted] : [])),
      [true],
    );
  });

  it('prunes an object only after every apply of the turn has succeeded', async () => {
    const cluster = new FakeCluster();
    const { member } = openMember(cluster);
    await reconcile(member, desire('one', configMap('old', '1')), never);
    cluster.unknownKinds.add('Widget');
    const widget = { ...configMap('w', '1'), apiVersion: 'example.com/v1', kind: 'Widget' };
    await reconcile(member, desire('two', widget), never);
    assert.ok(cluster.objects.has(configMapKey('old')));
    cluster.unknownKinds.clear();
    await reconcile(member, desire('two', widget), never);
    assert.ok(!cluster.objects.has(configMapKey('old')));
    assert.ok(cluster.objects.has('example.com/Widget/default/w'));
  });

  it('stops between objects, and writes none of them twice afterwards', async () => {
    const cluster = new FakeCluster();
    const objects = Array.from({ length: 40 }, (_, i) => configMap(`c${i}`, '1'));
    const stop = new AbortController();
    const { member } = openMember(cluster, () => stop.abort());
    await reconcile(member, desire('one', ...objects), stop.signal);
    const made = [...cluster.objects.keys()].filter((key) => key.startsWith('/ConfigMap/default/'));
    assert.ok(made.length > 0 && made.length < 40, `${made.length} were created`);
    await reconcile(openMember(cluster).member, desire('one', ...objects), never);
    const writes = cluster.writes.filter((write) => write.includes('/ConfigMap/default/'));
    assert.equal(writes.length, 40, 'no object is written twice');
  });

  it('backs off from correcting an object that another manager keeps changing', async () => {
    const cluster = new FakeCluster();
    const { member, events } = openMember(cluster);
    const desired = desire('one', configMap('a', '1'));
    await reconcile(member, desired, never);
    let paused: number | undefined;
    for (let turn = 0; turn < 20 && paused === undefined; turn++) {
      cluster.edit(configMap('a', ''), 'operator', { data: { value: String(turn + 5) } });
      const { outcomes } = await reconcile(member, desired, never);
      paused = outcomes[0]?.pauseMs;
    }
    assert.equal(paused, 1000);
    assertEvent([events.at(-1)], { type: 'object', message: /repeatedly by another manager/ });
  });
});
