import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { View } from '#syncer/observe/view.ts';
import type { ClusterPort, WatchRequest } from '#syncer/ports/cluster.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey } from './samples.ts';

const never = new AbortController().signal;
const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const key = configMapKey('a');

function at(resourceVersion: string): KubeObject {
  const object = configMap('a', resourceVersion);
  return { ...object, metadata: { ...object.metadata, resourceVersion, uid: 'u' } };
}

/** A cluster whose lists are given, and whose watches are kept to be ended by hand. */
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
  const view = new View(
    port,
    () => {},
    () => breaks++,
  );
  return { view, watches, breaks: () => breaks };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** As a turn does it. */
async function look(view: View): Promise<void> {
  await view.track([kind], never);
  view.follow(never);
}

describe('View', () => {
  it('follows the watch, and ignores what is older than its own writes', async () => {
    const { view, watches } = scripted([[at('7')]]);
    await look(view);
    view.note(at('12'));
    const { onEvent } = watches[0]?.request ?? assert.fail();
    onEvent({ type: 'changed', object: at('9') });
    assert.equal(view.objects.get(key)?.resourceVersion, '12');
    onEvent({ type: 'deleted', object: at('9') });
    assert.ok(view.objects.has(key), 'an older deletion was of the object before');
    onEvent({ type: 'deleted', object: at('13') });
    assert.ok(!view.objects.has(key));
  });

  it('is told of nothing before it follows, and then of all since the list', async () => {
    const { view, watches } = scripted([[at('7')]]);
    await view.track([kind], never);
    assert.equal(watches.length, 0);
    view.note(at('104'));
    view.follow(never);
    view.follow(never);
    assert.deepEqual(
      watches.map(({ request }) => request.resourceVersion),
      ['100'],
    );
    watches[0]?.request.onEvent({ type: 'changed', object: at('103') });
    assert.equal(view.objects.get(key)?.resourceVersion, '104');
  });

  it('goes on from the last event when the server ends a watch', async () => {
    const { view, watches, breaks } = scripted([[]]);
    await look(view);
    watches[0]?.request.onEvent({ type: 'changed', object: at('104') });
    watches[0]?.request.onEvent({ type: 'bookmark', resourceVersion: '120' });
    watches[0]?.close();
    await settled();
    assert.equal(watches[1]?.request.resourceVersion, '120');
    assert.equal(breaks(), 0);
  });

  it('lists beside the watch when in doubt, and takes from neither what is older', async () => {
    const b = { ...at('8'), metadata: { ...at('8').metadata, name: 'b' } };
    const { view, watches } = scripted([[at('7'), b], [at('9')], []]);
    await look(view);
    view.note(at('12'));
    view.doubt();
    await look(view);
    assert.equal(view.objects.get(key)?.resourceVersion, '12');
    assert.deepEqual([...view.objects.keys()], [key], 'what the list has no more is gone');
    view.note(at('101'));
    view.doubt();
    await look(view);
    assert.ok(view.objects.has(key), 'it came after the list');
    assert.equal(watches.length, 1);
  });

  it('lists again after a watch broke, and believes the list even if it is older', async () => {
    const { view, watches, breaks } = scripted([[at('50')], [at('7')], []]);
    await look(view);
    watches[0]?.break();
    await settled();
    assert.equal(breaks(), 1);
    await look(view);
    assert.equal(view.objects.get(key)?.resourceVersion, '7');
    watches[1]?.break();
    await settled();
    await look(view);
    assert.ok(!view.objects.has(key), 'what the list has no more is gone');
  });

  it('holds nothing of kinds that the cluster has not, and asks again', async () => {
    const cluster = new FakeCluster();
    cluster.unknownKinds.add('ConfigMap');
    const view = new View(
      cluster,
      () => {},
      () => {},
    );
    assert.deepEqual(await view.track([kind], never), [kind]);
    cluster.unknownKinds.clear();
    assert.deepEqual(await view.track([kind], never), []);
  });

  it('fails as a whole when a kind can’t be listed: not known is not gone', async () => {
    const cluster = new FakeCluster();
    const view = new View(
      cluster,
      () => {},
      () => {},
    );
    view.note(at('7'));
    cluster.down = true;
    await assert.rejects(view.track([kind], never), /refused/);
    assert.ok(view.objects.has(key));
  });
});
