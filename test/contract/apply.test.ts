import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

describe('server-side apply', () => {
  const member = useMember();

  it('creates an absent object on apply and answers 201', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const answer = await member.apply(path, 'gitops', configMap('settings', { a: '1' }));
    assert.equal(answer.status, 201);
    assert.deepEqual(ok(await member.get(path)).data, { a: '1' });
  });

  it('records the owner of each applied field', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const object = configMap('settings', { a: '1' });
    const made = ok(await member.apply(path, 'gitops', object));
    const entries = at(made, 'metadata.managedFields') as readonly unknown[];
    assert.equal(entries.length, 1);
    assert.match(String(at(entries[0], 'time')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(entries[0], {
      manager: 'gitops',
      operation: 'Apply',
      apiVersion: 'v1',
      time: at(entries[0], 'time'),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    });
  });

  it('records ownership only of labels and annotations in the metadata', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const object = {
      ...configMap('settings', {}),
      metadata: { name: 'settings', labels: { tier: 'web' }, annotations: { note: 'x' } },
    };
    const made = ok(await member.apply(path, 'gitops', object));
    assert.deepEqual(at(made, 'metadata.managedFields.0.fieldsV1'), {
      'f:data': {},
      'f:metadata': {
        'f:annotations': { 'f:note': {} },
        'f:labels': { 'f:tier': {} },
      },
    });
  });

  it('keeps the resourceVersion when a manager applies the same configuration again', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const first = await member.apply(path, 'gitops', deployment('web'));
    assert.equal(first.status, 201);
    const again = await member.apply(path, 'gitops', deployment('web'));
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
  });

  it('treats an applied null as an empty map and keeps the entries of other managers', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const object = configMap('settings', { a: '1' });
    const applied = { ...object, metadata: { name: 'settings', annotations: null } };
    ok(await member.apply(path, 'gitops', applied));
    ok(await member.patch(path, 'merge', { metadata: { annotations: { note: 'x' } } }));
    const again = ok(await member.apply(path, 'gitops', applied));
    assert.deepEqual(at(again, 'metadata.annotations'), { note: 'x' });
  });

  it('removes a field that its only owner no longer applies', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1', b: '2' })));
    const left = ok(await member.apply(path, 'gitops', configMap('settings', { b: '2' })));
    assert.deepEqual(left.data, { b: '2' });
  });

  it('keeps a field that a second owner still applies', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1', b: '2' })));
    ok(await member.apply(path, 'other', configMap('settings', { a: '1' })));
    const left = ok(await member.apply(path, 'gitops', configMap('settings', { b: '2' })));
    assert.deepEqual(left.data, { a: '1', b: '2' });
  });

  it('restores a default when its manager no longer applies the field', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web', { replicas: 3 })));
    const left = ok(await member.apply(path, 'gitops', deployment('web', { replicas: undefined })));
    assert.equal(at(left, 'spec.replicas'), 1);
  });

  it('keeps fields of other managers on apply', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1' })));
    ok(await member.patch(path, 'merge', { data: { b: '2' } }, { fieldManager: 'editor' }));
    const both = ok(await member.apply(path, 'gitops', configMap('settings', { a: '3' })));
    assert.deepEqual(both.data, { a: '3', b: '2' });
    const managers = (at(both, 'metadata.managedFields') as readonly unknown[]).map((entry) => [
      at(entry, 'manager'),
      at(entry, 'operation'),
      at(entry, 'fieldsV1'),
    ]);
    assert.deepEqual(managers, [
      ['gitops', 'Apply', { 'f:data': { 'f:a': {} } }],
      ['editor', 'Update', { 'f:data': { 'f:b': {} } }],
    ]);
  });

  it('accepts an applied configuration in YAML', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "1"\n';
    const made = ok(await member.patch(path, 'apply', yaml, { fieldManager: 'gitops' }));
    assert.deepEqual(made.data, { a: '1' });
  });

  it('rejects an apply without a field manager', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const answer = await member.patch(path, 'apply', configMap('settings', {}));
    const status = refused(answer, 422, 'Invalid');
    assert.match(
      String(status.message),
      /fieldManager: Required value: is required for apply patch/,
    );
  });

  it('rejects an apply without apiVersion and kind', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const answer = await member.apply(path, 'gitops', { metadata: { name: 'settings' } });
    refused(answer, 400, 'BadRequest');
  });

  it('rejects an apply with managedFields', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const made = ok(await member.apply(path, 'gitops', configMap('settings', { a: '1' })));
    const status = refused(await member.apply(path, 'gitops', made), 400, 'BadRequest');
    assert.match(String(status.message), /metadata.managedFields must be nil/);
  });

  it('rejects an apply whose name differs from the path', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    refused(await member.apply(path, 'gitops', configMap('other', {})), 400, 'BadRequest');
  });

  it('rejects an apply with a stale resourceVersion', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const made = ok(await member.apply(path, 'gitops', configMap('settings', { a: '1' })));
    const resourceVersion = at(made, 'metadata.resourceVersion');
    const pinned = (a: string): object => ({
      ...configMap('settings', { a }),
      metadata: { name: 'settings', resourceVersion },
    });
    ok(await member.apply(path, 'gitops', pinned('2')));
    refused(await member.apply(path, 'gitops', pinned('3')), 409, 'Conflict');
  });

  it('releases every field when a manager applies an object without fields', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1' })));
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
    const left = ok(await member.apply(path, 'gitops', bare));
    assert.equal(left.data, undefined);
    assert.equal(at(left, 'metadata.managedFields'), undefined);
  });
});
