import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectKey } from '#model/object.ts';
import type { Inventory, InventoryEntry } from '#syncer/inventory/inventory.ts';
import { layOut } from '#syncer/inventory/shards.ts';
import { InventoryStore } from '#syncer/inventory/store.ts';
import { partOfLabel } from '#syncer/ownership/applyset.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, sampleManager, sampleOwner } from './samples.ts';

const never = new AbortController().signal;
const entry: InventoryEntry = { version: 'v1', digest: 'd'.repeat(16), fields: 'f'.repeat(16) };
const oneMiB = 1024 * 1024;

function entriesOf(count: number, namespaces = 1): Map<ObjectKey, InventoryEntry> {
  const key = (i: number): ObjectKey =>
    `apps/Deployment/namespace-${i % namespaces}/a-deployment-with-a-long-name-${i}`;
  return new Map(Array.from({ length: count }, (_, i) => [key(i), entry]));
}

async function saved(cluster: FakeCluster, entries: Inventory): Promise<InventoryStore> {
  const store = new InventoryStore(
    cluster,
    { owner: sampleOwner, tooling: 'regatta.dev/1' },
    () => {},
  );
  await store.read(never);
  await store.save(entries, 'c1');
  return store;
}

async function readAgain(cluster: FakeCluster): Promise<Inventory> {
  return new InventoryStore(
    cluster,
    { owner: sampleOwner, tooling: 'regatta.dev/1' },
    () => {},
  ).read(never);
}

function shardsOf(cluster: FakeCluster): readonly ObjectKey[] {
  return [...cluster.objects.keys()].filter((key) => key.includes('/regatta-inventory'));
}

describe('layOut', () => {
  for (const namespaces of [1, 7, 2000]) {
    it(`divides 20,000 entries of ${namespaces} namespaces into objects below the API server’s size limit`, () => {
      const layout = layOut(entriesOf(20_000, namespaces));
      const sizes = layout.map((part) => [...part.keys()].join('\n').length + 60 * part.size);
      assert.ok(Math.max(...sizes) < 0.8 * oneMiB, `${Math.max(...sizes)}`);
      assert.equal(
        layout.reduce((sum, { size }) => sum + size, 0),
        20_000,
      );
    });
  }

  it('keeps the entries of one kind and namespace together', () => {
    const layout = layOut(entriesOf(20_000, 2000));
    const touched = layout.filter((part) =>
      [...part.keys()].some((key) => key.includes('/namespace-7/')),
    );
    assert.equal(touched.length, 1);
  });
});

describe('the inventory in its cluster', () => {
  it('stores a small inventory in one object', async () => {
    const cluster = new FakeCluster();
    await saved(cluster, entriesOf(500));
    assert.equal(shardsOf(cluster).length, 1);
    assert.deepEqual(await readAgain(cluster), entriesOf(500));
  });

  it('has no size limit, and writes one object for a change of one entry', async () => {
    const cluster = new FakeCluster();
    const entries = entriesOf(20_000);
    const store = await saved(cluster, entries);
    assert.ok(shardsOf(cluster).length > 4);
    assert.deepEqual(await readAgain(cluster), entries);
    cluster.writes.length = 0;
    const [key] = entries.keys();
    assert.ok(key);
    await store.save(new Map(entries).set(key, { ...entry, digest: 'e' }), 'c2');
    assert.equal(cluster.writes.length, 1);
    assert.equal((await readAgain(cluster)).get(key)?.digest, 'e');
  });

  it('K65: keeps a new fingerprint in memory, and writes it with the next change', async () => {
    const cluster = new FakeCluster();
    const store = await saved(cluster, entriesOf(3));
    const [first, second] = entriesOf(3).keys();
    assert.ok(first && second);
    cluster.writes.length = 0;
    const corrected = entriesOf(3).set(first, { ...entry, fields: 'e'.repeat(16) });
    await store.save(corrected, 'c1');
    assert.deepEqual(cluster.writes, []);
    assert.deepEqual(await store.read(never), corrected);
    assert.deepEqual(await readAgain(cluster), entriesOf(3));
    const changed = new Map(corrected).set(second, { ...entry, digest: 'e'.repeat(16) });
    await store.save(changed, 'c1');
    assert.equal(cluster.writes.length, 1);
    assert.deepEqual(await readAgain(cluster), changed);
  });

  it('K65: writes a fingerprint that was unknown', async () => {
    const cluster = new FakeCluster();
    const [key] = entriesOf(1).keys();
    assert.ok(key);
    const store = await saved(cluster, entriesOf(3).set(key, { ...entry, fields: '' }));
    await store.save(entriesOf(3), 'c1');
    assert.deepEqual(await readAgain(cluster), entriesOf(3));
  });

  it('deletes shards that a smaller inventory does not need', async () => {
    const cluster = new FakeCluster();
    const store = await saved(cluster, entriesOf(20_000));
    await store.save(entriesOf(3), 'c2');
    assert.equal(shardsOf(cluster).length, 1);
    assert.deepEqual(await readAgain(cluster), entriesOf(3));
  });

  it('has every key after each write while it grows or shrinks', async () => {
    for (const [from, to] of [
      [1000, 9000],
      [9000, 1000],
    ] as const) {
      const kept = [...entriesOf(1000).keys()];
      for (let at = 0; ; at++) {
        const cluster = new FakeCluster();
        const store = await saved(cluster, entriesOf(from));
        cluster.kill(at, 'after');
        await store.save(entriesOf(to), 'c2').catch(() => {});
        const killed = cluster.killed;
        cluster.revive();
        const read = await readAgain(cluster);
        const missing = kept.find((key) => !read.has(key));
        assert.equal(missing, undefined, `killed after call ${at}`);
        if (!killed) break;
      }
    }
  });

  it('rebuilds a lost inventory from labels, without objects of other managers', async () => {
    const cluster = new FakeCluster();
    const label = { labels: { [partOfLabel]: sampleOwner.names.applySetId } };
    const ours = configMap('ours', '1');
    await cluster.apply(
      { ...ours, metadata: { ...ours.metadata, ...label } },
      { dryRun: false, manager: sampleManager },
    );
    const copied = configMap('copied', '1');
    cluster.edit({ ...copied, metadata: { ...copied.metadata, ...label } }, 'a-controller');
    let rebuilt = 0;
    const store = new InventoryStore(
      cluster,
      { owner: sampleOwner, tooling: 'regatta.dev/1' },
      (count) => {
        rebuilt = count;
      },
    );
    const found = await store.read(never);
    assert.deepEqual([...found.keys()], ['/ConfigMap/default/ours']);
    assert.equal(found.get('/ConfigMap/default/ours')?.digest, '');
    assert.equal(rebuilt, 1);
  });

  it('rebuilds the inventory when a part of it is lost', async () => {
    const cluster = new FakeCluster();
    await saved(cluster, entriesOf(9000));
    const [shard] = shardsOf(cluster).filter((key) => key.endsWith('.1'));
    assert.ok(shard);
    cluster.remove(shard);
    cluster.calls.length = 0;
    const read = await readAgain(cluster);
    assert.ok(read.size > 1000 && read.size < 9000);
    assert.ok(cluster.calls.includes('list Secret'), 'the rebuild lists all kinds');
  });
});
