import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps } from './objects.ts';

describe('a watch', () => {
  const member = useMember();

  it('sends the changes after the resourceVersion of a list', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('before', {})));
    const resourceVersion = String(at(ok(await member.get(path)), 'metadata.resourceVersion'));
    ok(await member.create(path, configMap('between', {})));
    const watch = await member.watch(path, { resourceVersion });
    assert.equal(await watch.change(), 'ADDED between');
    ok(await member.create(path, configMap('after', {})));
    assert.equal(await watch.change(), 'ADDED after');
    ok(await member.patch(`${path}/after`, 'merge', { data: { a: '1' } }));
    assert.equal(await watch.change(), 'MODIFIED after');
    ok(await member.delete(`${path}/after`));
    assert.equal(await watch.change(), 'DELETED after');
  });

  it('sends whole objects, and the deleted object with the resourceVersion of its deletion', async () => {
    const path = configMaps(await member.namespace());
    const watch = await member.watch(path, { resourceVersion: await versionOf(path) });
    const made = ok(await member.create(path, configMap('one', { a: '1' })));
    const added = await watch.next();
    assert.deepEqual(added, { type: 'ADDED', object: made });
    ok(await member.delete(`${path}/one`));
    const deleted = await watch.next();
    assert.equal(deleted?.type, 'DELETED');
    assert.deepEqual(deleted.object.data, { a: '1' });
    const [born, died] = [versionIn(made), versionIn(deleted.object)];
    assert.ok(died > born, `${died} follows ${born}`);
  });

  it('starts a watch without a resourceVersion with the existing objects', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    ok(await member.create(path, configMap('b', {})));
    const watch = await member.watch(path);
    const first = [await watch.change(), await watch.change()];
    assert.deepEqual(first.toSorted(), ['ADDED a', 'ADDED b']);
  });

  it('sends no event for an update that changes nothing', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', { x: '1' })));
    const watch = await member.watch(path, { resourceVersion: await versionOf(path) });
    ok(await member.patch(`${path}/a`, 'merge', { data: { x: '1' } }));
    ok(await member.create(path, configMap('b', {})));
    assert.equal(await watch.change(), 'ADDED b');
  });

  it('sends only events of the watched namespace', async () => {
    const path = configMaps(await member.namespace());
    const elsewhere = configMaps(await member.namespace());
    const watch = await member.watch(path, { resourceVersion: await versionOf(path) });
    ok(await member.create(elsewhere, configMap('there', {})));
    ok(await member.create(path, configMap('here', {})));
    assert.equal(await watch.change(), 'ADDED here');
  });

  it('sends events of every namespace in a watch across namespaces', async () => {
    const [one, two] = [await member.namespace(), await member.namespace()];
    const all = '/api/v1/configmaps';
    const watch = await member.watch(all, {
      resourceVersion: await versionOf(all),
      labelSelector: `test=${one}`,
    });
    for (const namespace of [one, two]) {
      const metadata = { name: namespace, labels: { test: one } };
      ok(await member.create(configMaps(namespace), { ...configMap('', {}), metadata }));
      assert.equal(await watch.change(), `ADDED ${namespace}`);
    }
  });

  it('sends ADDED and DELETED when an object enters or leaves the label selector', async () => {
    const path = configMaps(await member.namespace());
    const resourceVersion = await versionOf(path);
    const watch = await member.watch(path, { resourceVersion, labelSelector: 'tier=web' });
    ok(await member.create(path, configMap('a', {})));
    const label = (tier: string): object => ({ metadata: { labels: { tier } } });
    ok(await member.patch(`${path}/a`, 'merge', label('web')));
    assert.equal(await watch.change(), 'ADDED a');
    ok(await member.patch(`${path}/a`, 'merge', { data: { x: '1' } }));
    assert.equal(await watch.change(), 'MODIFIED a');
    ok(await member.patch(`${path}/a`, 'merge', label('db')));
    assert.equal(await watch.change(), 'DELETED a');
  });

  it('sends only events of the object that the field selector selects', async () => {
    const path = configMaps(await member.namespace());
    const resourceVersion = await versionOf(path);
    const watch = await member.watch(path, { resourceVersion, fieldSelector: 'metadata.name=b' });
    ok(await member.create(path, configMap('a', {})));
    ok(await member.create(path, configMap('b', {})));
    assert.equal(await watch.change(), 'ADDED b');
  });

  it('marks the end of the initial objects with a bookmark', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    const watch = await member.watch(path, {
      sendInitialEvents: true,
      allowWatchBookmarks: true,
      resourceVersionMatch: 'NotOlderThan',
    });
    const added = await watch.next();
    assert.equal(added?.type, 'ADDED');
    const bookmark = await watch.next();
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(at(bookmark.object, 'metadata.annotations', 'k8s.io/initial-events-end'), 'true');
    assert.equal(bookmark.object.kind, 'ConfigMap');
    const end = Number(at(bookmark.object, 'metadata.resourceVersion'));
    assert.ok(end >= Number(at(added.object, 'metadata.resourceVersion')));
    ok(await member.create(path, configMap('b', {})));
    assert.equal(await watch.change(), 'ADDED b');
  });

  it('ends a watch after timeoutSeconds', async () => {
    const path = configMaps(await member.namespace());
    const watch = await member.watch(path, {
      resourceVersion: await versionOf(path),
      timeoutSeconds: 1,
    });
    assert.equal(await watch.next(), undefined);
  });

  it('answers 410 to a watch from a resourceVersion before a restart', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    const resourceVersion = await versionOf(path);
    ok(await member.create(path, configMap('b', {})));
    await member.restart();
    const watch = await member.watch(path, { resourceVersion });
    const event = await watch.next();
    assert.equal(event?.type, 'ERROR');
    assert.equal(event.object.kind, 'Status');
    assert.equal(event.object.code, 410);
    assert.equal(event.object.reason, 'Expired');
  });

  function versionIn(object: unknown): number {
    return Number(at(object, 'metadata.resourceVersion'));
  }

  async function versionOf(path: string): Promise<string> {
    return String(at(ok(await member.get(path)), 'metadata.resourceVersion'));
  }
});
