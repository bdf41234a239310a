import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { at, ok } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const table = 'application/json;as=Table;g=meta.k8s.io;v=v1';

describe('objects in other forms', () => {
  const member = useMember();
  let path: string;

  before(async () => {
    path = configMaps(await member.namespace());
    const metadata = { name: 'a', labels: { tier: 'web' } };
    ok(await member.create(path, { ...configMap('a', { x: '1', y: '2' }), metadata }));
  });

  it('serves only the metadata of an object', async () => {
    const whole = ok(await member.get(`${path}/a`));
    const { body } = await member.call({ path: `${path}/a`, accept: metadataOnly });
    assert.deepEqual(body, {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: whole.metadata,
    });
  });

  it('serves a list of metadata', async () => {
    const whole = ok(await member.get(path));
    const { body } = await member.call({ path: `${path}?limit=500`, accept: metadataList });
    assert.equal(at(body, 'kind'), 'PartialObjectMetadataList');
    assert.equal(at(body, 'apiVersion'), 'meta.k8s.io/v1');
    assert.equal(typeof at(body, 'metadata.resourceVersion'), 'string');
    const [item] = at(body, 'items') as readonly unknown[];
    assert.deepEqual(at(item, 'metadata'), at(whole, 'items.0.metadata'));
    assert.equal(at(item, 'data'), undefined);
  });

  it('serves a watch of metadata', async () => {
    const watch = await member.watch(path, {}, metadataOnly);
    const added = await watch.next();
    assert.equal(added?.type, 'ADDED');
    const { kind, apiVersion, metadata, ...rest } = added.object;
    assert.deepEqual([kind, apiVersion, rest], ['PartialObjectMetadata', 'meta.k8s.io/v1', {}]);
    assert.equal(at(metadata, 'name'), 'a');
    ok(await member.delete(`${path}/a`));
    const deleted = await watch.next();
    assert.equal(deleted?.type, 'DELETED');
    assert.equal(deleted.object.kind, 'PartialObjectMetadata');
    const again = { name: 'a', labels: { tier: 'web' } };
    ok(await member.create(path, { ...configMap('a', { x: '1', y: '2' }), metadata: again }));
  });

  it('ends the initial objects of a metadata watch with a bookmark in the same form', async () => {
    const query = {
      sendInitialEvents: true,
      allowWatchBookmarks: true,
      resourceVersionMatch: 'NotOlderThan',
    };
    const watch = await member.watch(path, query, metadataOnly);
    assert.equal((await watch.next())?.type, 'ADDED');
    const bookmark = await watch.next();
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(bookmark.object.kind, 'PartialObjectMetadata');
  });

  it('serves a table with the metadata of each row', async () => {
    const { body } = await member.call({ path, accept: `${table},application/json` });
    assert.equal(at(body, 'kind'), 'Table');
    assert.equal(at(body, 'apiVersion'), 'meta.k8s.io/v1');
    assert.deepEqual(columnsOf(body), [
      ['Name', 'string', 'name', 0],
      ['Data', 'string', '', 0],
      ['Age', 'string', '', 0],
    ]);
    const [name, data, age] = at(body, 'rows.0.cells') as readonly unknown[];
    assert.deepEqual([name, data], ['a', 2]);
    assert.match(String(age), /^\d+s$/);
    assert.equal(at(body, 'rows.0.object.kind'), 'PartialObjectMetadata');
    assert.deepEqual(at(body, 'rows.0.object.metadata.labels'), { tier: 'web' });
  });

  it('serves table rows with the whole object or without an object', async () => {
    const accept = `${table},application/json`;
    const whole = await member.call({ path: `${path}?includeObject=Object`, accept });
    assert.equal(at(whole.body, 'rows.0.object.kind'), 'ConfigMap');
    const bare = await member.call({ path: `${path}?includeObject=None`, accept });
    assert.equal(at(bare.body, 'rows.0.object.kind'), undefined);
  });

  it('serves a table of Deployments', async () => {
    const collection = deployments(await member.namespace());
    ok(await member.create(collection, deployment('web', { replicas: 2 })));
    const { body } = await member.call({ path: collection, accept: `${table},application/json` });
    assert.deepEqual(
      columnsOf(body).map(([name, , , priority]) => [name, priority]),
      [
        ['Name', 0],
        ['Ready', 0],
        ['Up-to-date', 0],
        ['Available', 0],
        ['Age', 0],
        ['Containers', 1],
        ['Images', 1],
        ['Selector', 1],
      ],
    );
    const cells = at(body, 'rows.0.cells') as readonly unknown[];
    assert.deepEqual(cells.toSpliced(4, 1), [
      'web',
      '0/2',
      0,
      0,
      'main',
      'registry.example/web:1.0',
      'app=web',
    ]);
  });

  it('rejects an unknown form in the Accept header', async () => {
    const accept = 'application/json;as=Poem;g=meta.k8s.io;v=v1';
    const { status } = await member.call({ path, accept });
    assert.equal(status, 406);
  });
});

function columnsOf(body: unknown): readonly (readonly unknown[])[] {
  return (at(body, 'columnDefinitions') as readonly unknown[]).map((column) =>
    ['name', 'type', 'format', 'priority'].map((field) => at(column, field)),
  );
}
