import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ObjectCache } from '#syncer/observe/object-cache.ts';
import type { ClusterPort, WatchRequest } from '#syncer/ports/cluster.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, fakeClock, sampleOwner } from './samples.ts';

const never = new AbortController().signal;
const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const key = configMapKey('a');

function at(resourceVersion: string): KubeObject {
  const object = configMap('a', resourceVersion);
  return { ...object, metadata: { ...object.metadata, resourceVersion, uid: 'u' } };
}

/** Opens a cache over a cluster that returns `lists` in turn; the test ends its watches itself. */
function scripted(lists: readonly (readonly KubeObject[])[]) {
  const watches: { request: WatchRequest; break: () => void; close: () => void }[] = [];
  const rest = [...lists];
  const port: ClusterPort = Object.assign(new FakeCluster(), {
    list: async () => ({ objects: rest.shift() ?? [], resourceVersion: '100' }),
    watch: (request: WatchRequest) =>
      new Promise<void>((resolve, reject) => {
        watches.push({ request, break: () => reject(new Error('gone')), close: () => resolve() });
      }),
  });
  let breaks = 0;
  const clock = fakeClock();
  const onBreak = () => void breaks++;
  const { names } = sampleOwner;
  const cache = new ObjectCache({ port, names, clock, onChange: () => {}, onBreak });
  return { cache, watches, breaks: () => breaks };
}

function quietCache(port: ClusterPort): ObjectCache {
  const { names } = sampleOwner;
  const clock = fakeClock();
  return new ObjectCache({ port, names, clock, onChange: () => {}, onBreak: () => {} });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Lists and follows the kind, as a turn of the syncer does. */
async function refresh(cache: ObjectCache): Promise<void> {
  await cache.track([kind], never);
  cache.follow(never);
}

describe('ObjectCache', () => {
  it('follows the watch, and ignores events that are older than the syncer’s own writes', async () => {
    const { cache, watches } = scripted([[at('7')]]);
    await refresh(cache);
    cache.note(at('12'));
    const { onEvent } = watches[0]?.request ?? assert.fail();
    onEvent({ type: 'changed', object: at('9') });
    assert.equal(cache.objects.get(key)?.resourceVersion, '12');
    onEvent({ type: 'deleted', object: at('9') });
    assert.ok(cache.objects.has(key), 'an older deletion is of the previous object');
    onEvent({ type: 'deleted', object: at('13') });
    assert.ok(!cache.objects.has(key));
  });

  it('receives no events before it follows a kind, and then all events since the list', async () => {
    const { cache, watches } = scripted([[at('7')]]);
    await cache.track([kind], never);
    assert.equal(watches.length, 0);
    cache.note(at('104'));
    cache.follow(never);
    cache.follow(never);
    assert.deepEqual(
      watches.map(({ request }) => request.resourceVersion),
      ['100'],
    );
    watches[0]?.request.onEvent({ type: 'changed', object: at('103') });
    assert.equal(cache.objects.get(key)?.resourceVersion, '104');
  });

  it('continues at the last event when the server ends a watch', async () => {
    const { cache, watches, breaks } = scripted([[]]);
    await refresh(cache);
    watches[0]?.request.onEvent({ type: 'changed', object: at('104') });
    watches[0]?.request.onEvent({ type: 'bookmark', resourceVersion: '120' });
    watches[0]?.close();
    await settled();
    assert.equal(watches[1]?.request.resourceVersion, '120');
    assert.equal(breaks(), 0);
  });

  it('lists a stale kind beside its watch, and ignores the older state of both', async () => {
    const b = { ...at('8'), metadata: { ...at('8').metadata, name: 'b' } };
    const { cache, watches } = scripted([[at('7'), b], [at('9')], []]);
    await refresh(cache);
    cache.note(at('12'));
    cache.markStale();
    await refresh(cache);
    assert.equal(cache.objects.get(key)?.resourceVersion, '12');
    assert.deepEqual(
      [...cache.objects.keys()],
      [key],
      'an object that is missing from the list is removed',
    );
    cache.note(at('101'));
    cache.markStale();
    await refresh(cache);
    assert.ok(cache.objects.has(key), 'the object was created after the list');
    assert.equal(watches.length, 1);
  });

  it('lists a kind again after its watch breaks, and trusts the list even if it is older', async () => {
    const { cache, watches, breaks } = scripted([[at('50')], [at('7')], []]);
    await refresh(cache);
    watches[0]?.break();
    await settled();
    assert.equal(breaks(), 1);
    await refresh(cache);
    assert.equal(cache.objects.get(key)?.resourceVersion, '7');
    watches[1]?.break();
    await settled();
    await refresh(cache);
    assert.ok(!cache.objects.has(key), 'an object that is missing from the list is removed');
  });

  it('caches no objects of kinds that the cluster does not serve, and asks again', async () => {
    const cluster = new FakeCluster();
    cluster.unknownKinds.add('ConfigMap');
    const cache = quietCache(cluster);
    assert.deepEqual(await cache.track([kind], never), [kind]);
    cluster.unknownKinds.clear();
    assert.deepEqual(await cache.track([kind], never), []);
  });

  it('fails completely when a kind cannot be listed, because unknown is not deleted', async () => {
    const cluster = new FakeCluster();
    const cache = quietCache(cluster);
    cache.note(at('7'));
    cluster.down = true;
    await assert.rejects(cache.track([kind], never), /refused/);
    assert.ok(cache.objects.has(key));
  });
});
