import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps } from './objects.ts';

const finalizer = 'example.com/hold';

describe('a deletion', () => {
  const member = useMember();

  it('removes an object and answers with a Status that names it', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', {})));
    const status = ok(await member.delete(`${path}/a`));
    assert.equal(status.kind, 'Status');
    assert.equal(status.status, 'Success');
    assert.deepEqual(status.details, {
      name: 'a',
      kind: 'configmaps',
      uid: at(made, 'metadata.uid'),
    });
    refused(await member.get(`${path}/a`), 404, 'NotFound');
  });

  it('answers the deletion of an absent object with NotFound', async () => {
    const path = configMaps(await member.namespace());
    const status = refused(await member.delete(`${path}/a`), 404, 'NotFound');
    assert.equal(status.message, 'configmaps "a" not found');
    assert.deepEqual(status.details, { name: 'a', kind: 'configmaps' });
  });

  it('keeps a deleted object until its finalizers are removed', async () => {
    const path = configMaps(await member.namespace());
    const metadata = { name: 'a', finalizers: [finalizer] };
    ok(await member.create(path, { ...configMap('a', {}), metadata }));
    const held = ok(await member.delete(`${path}/a`));
    assert.equal(held.kind, 'ConfigMap');
    assert.match(String(at(held, 'metadata.deletionTimestamp')), /Z$/);
    assert.equal(at(held, 'metadata.deletionGracePeriodSeconds'), 0);
    assert.equal((await member.get(`${path}/a`)).status, 200);
    const freed = await member.patch(`${path}/a`, 'merge', { metadata: { finalizers: null } });
    assert.equal(freed.status, 200);
    refused(await member.get(`${path}/a`), 404, 'NotFound');
  });

  it('keeps the deletionTimestamp when a client deletes the object again', async () => {
    const path = configMaps(await member.namespace());
    const metadata = { name: 'a', finalizers: [finalizer] };
    ok(await member.create(path, { ...configMap('a', {}), metadata }));
    const first = ok(await member.delete(`${path}/a`));
    assert.deepEqual(ok(await member.delete(`${path}/a`)), first);
    ok(await member.patch(`${path}/a`, 'merge', { metadata: { finalizers: null } }));
  });

  it('rejects new finalizers on an object that is being deleted', async () => {
    const path = configMaps(await member.namespace());
    const metadata = { name: 'a', finalizers: [finalizer] };
    ok(await member.create(path, { ...configMap('a', {}), metadata }));
    ok(await member.delete(`${path}/a`));
    const more = { metadata: { finalizers: [finalizer, 'example.com/more'] } };
    const status = refused(await member.patch(`${path}/a`, 'merge', more), 422, 'Invalid');
    assert.equal(
      status.message,
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
    );
    ok(await member.patch(`${path}/a`, 'merge', { metadata: { finalizers: [] } }));
    refused(await member.get(`${path}/a`), 404, 'NotFound');
  });

  it('rejects a deletion whose preconditions fail', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', {})));
    const wrong = { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };
    refused(await member.delete(`${path}/a`, wrong), 409, 'Conflict');
    const stale = { preconditions: { resourceVersion: '1' } };
    refused(await member.delete(`${path}/a`, stale), 409, 'Conflict');
    const uid = at(made, 'metadata.uid');
    const resourceVersion = at(made, 'metadata.resourceVersion');
    ok(await member.delete(`${path}/a`, { preconditions: { uid, resourceVersion } }));
  });

  it('deletes only the selected objects of a collection', async () => {
    const path = configMaps(await member.namespace());
    for (const name of ['a', 'b', 'c']) {
      const metadata = { name, labels: { keep: String(name === 'b') } };
      ok(await member.create(path, { ...configMap(name, {}), metadata }));
    }
    const answer = await member.delete(path, undefined, { labelSelector: 'keep=false' });
    assert.equal(at(ok(answer), 'kind'), 'ConfigMapList');
    const left = ok(await member.get(path, { labelSelector: 'keep' })).items as readonly unknown[];
    assert.deepEqual(
      left.map((item) => at(item, 'metadata.name')),
      ['b'],
    );
  });

  it('adds the finalizer of the garbage collector for the policies Orphan and Foreground', async () => {
    const path = configMaps(await member.namespace());
    for (const [name, propagationPolicy, held] of [
      ['a', 'Orphan', 'orphan'],
      ['b', 'Foreground', 'foregroundDeletion'],
    ] as const) {
      // The second finalizer keeps the object, whether or not a garbage collector runs.
      const metadata = { name, finalizers: [finalizer] };
      ok(await member.create(path, { ...configMap(name, {}), metadata }));
      const deleted = ok(await member.delete(`${path}/${name}`, { propagationPolicy }));
      assert.deepEqual(at(deleted, 'metadata.finalizers'), [finalizer, held]);
    }
  });

  it('rejects an unknown propagation policy', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    const options = { propagationPolicy: 'Sideways' };
    refused(await member.delete(`${path}/a`, options), 422, 'Invalid');
  });
});
