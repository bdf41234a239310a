import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

describe('a server-side apply conflict', () => {
  const member = useMember();

  it('names the manager and the field in an apply conflict', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web', { replicas: 3 })));
    const answer = await member.apply(path, 'other', deployment('web', { replicas: 5 }));
    const status = refused(answer, 409, 'Conflict');
    assert.equal(
      status.message,
      'Apply failed with 1 conflict: conflict with "gitops": .spec.replicas',
    );
    assert.deepEqual(at(status, 'details.causes'), [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "gitops"',
        field: '.spec.replicas',
      },
    ]);
    assert.equal(at(ok(await member.get(path)), 'spec.replicas'), 3);
  });

  it('lists every conflicting field, and the API version of a manager that updated', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const object = configMap('settings', { a: '1', b: '2' });
    ok(await member.create(path.replace('/settings', ''), object, { fieldManager: 'editor' }));
    const answer = await member.apply(path, 'gitops', configMap('settings', { a: '8', b: '9' }));
    const status = refused(answer, 409, 'Conflict');
    assert.match(
      String(status.message),
      /^Apply failed with 2 conflicts: conflicts with "editor" using v1:\n- \.data\.a\n- \.data\.b$/,
    );
    const fields = (at(status, 'details.causes') as readonly unknown[]).map((cause) => [
      at(cause, 'field'),
      String(at(cause, 'message')).replace(/ at \S+$/, ' at TIME'),
    ]);
    assert.deepEqual(fields, [
      ['.data.a', 'conflict with "editor" using v1'],
      ['.data.b', 'conflict with "editor" using v1'],
    ]);
  });

  it('shares a field between two managers that apply the same value', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1' })));
    const shared = ok(await member.apply(path, 'other', configMap('settings', { a: '1' })));
    const managers = at(shared, 'metadata.managedFields') as readonly unknown[];
    assert.deepEqual(managers.map((entry) => at(entry, 'manager')).toSorted(), ['gitops', 'other']);
    refused(await member.apply(path, 'gitops', configMap('settings', { a: '2' })), 409, 'Conflict');
  });

  it('transfers a conflicting field to a manager that applies with force', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    ok(await member.apply(path, 'gitops', configMap('settings', { a: '1', b: '1' })));
    const object = configMap('settings', { a: '2' });
    const forced = ok(await member.apply(path, 'other', object, { force: true }));
    assert.deepEqual(forced.data, { a: '2', b: '1' });
    const owned = (at(forced, 'metadata.managedFields') as readonly unknown[]).map((entry) => [
      at(entry, 'manager'),
      at(entry, 'fieldsV1'),
    ]);
    assert.deepEqual(owned, [
      ['gitops', { 'f:data': { 'f:b': {} } }],
      ['other', { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('transfers changed fields to a manager that updates, without a conflict', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web', { replicas: 3 })));
    const query = { fieldManager: 'kubectl-edit' };
    ok(await member.patch(path, 'merge', { spec: { replicas: 5 } }, query));
    const answer = await member.apply(path, 'gitops', deployment('web', { replicas: 3 }));
    const status = refused(answer, 409, 'Conflict');
    assert.equal(
      status.message,
      'Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas',
    );
    const back = ok(
      await member.apply(path, 'gitops', deployment('web', { replicas: 3 }), { force: true }),
    );
    assert.equal(at(back, 'spec.replicas'), 3);
  });
});
