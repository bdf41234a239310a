import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

const dryRun = { dryRun: 'All' };

describe('a dry run', () => {
  const member = useMember();

  it('of an apply shows the object with its defaults, and stores nothing', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const answer = await member.apply(path, 'gitops', deployment('web'), dryRun);
    assert.equal(answer.status, 201);
    const shown = ok(answer);
    assert.equal(at(shown, 'spec.revisionHistoryLimit'), 10);
    assert.equal(at(shown, 'metadata.managedFields.0.manager'), 'gitops');
    refused(await member.get(path), 404, 'NotFound');
  });

  it('of an apply shows what a change would come to', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const made = ok(await member.apply(path, 'gitops', deployment('web')));
    const changed = deployment('web', { replicas: 4 });
    const shown = ok(await member.apply(path, 'gitops', changed, dryRun));
    assert.equal(at(shown, 'spec.replicas'), 4);
    assert.equal(at(shown, 'metadata.generation'), 2);
    assert.equal(at(shown, 'metadata.uid'), at(made, 'metadata.uid'));
    assert.equal(at(shown, 'metadata.resourceVersion'), at(made, 'metadata.resourceVersion'));
    assert.deepEqual(ok(await member.get(path)), made);
  });

  it('of an apply that changes nothing shows the live object', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const made = ok(await member.apply(path, 'gitops', deployment('web')));
    assert.deepEqual(ok(await member.apply(path, 'gitops', deployment('web'), dryRun)), made);
  });

  it('of an apply meets the same conflicts', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web')));
    const other = deployment('web', { replicas: 4 });
    refused(await member.apply(path, 'other', other, dryRun), 409, 'Conflict');
    assert.equal(
      at(ok(await member.apply(path, 'other', other, { ...dryRun, force: true })), 'spec.replicas'),
      4,
    );
    assert.equal(at(ok(await member.get(path)), 'spec.replicas'), 1);
  });

  it('validates', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const wrong = deployment('web', { replicas: -1 });
    refused(await member.apply(path, 'gitops', wrong, dryRun), 422, 'Invalid');
  });

  it('of a creation stores nothing', async () => {
    const path = configMaps(await member.namespace());
    const answer = await member.create(path, configMap('a', { x: '1' }), dryRun);
    assert.equal(answer.status, 201);
    assert.deepEqual(ok(answer).data, { x: '1' });
    refused(await member.get(`${path}/a`), 404, 'NotFound');
  });

  it('of an update or a patch stores nothing', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', { x: '1' })));
    const replaced = await member.replace(`${path}/a`, configMap('a', { x: '2' }), dryRun);
    assert.deepEqual(ok(replaced).data, { x: '2' });
    const patched = await member.patch(`${path}/a`, 'merge', { data: { x: '3' } }, dryRun);
    assert.deepEqual(ok(patched).data, { x: '3' });
    assert.deepEqual(ok(await member.get(`${path}/a`)), made);
  });

  it('of a deletion deletes nothing', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', {})));
    ok(await member.delete(`${path}/a`, undefined, dryRun));
    assert.deepEqual(ok(await member.get(`${path}/a`)), made);
  });

  it('knows no other value than All', async () => {
    const path = configMaps(await member.namespace());
    const query = { dryRun: 'Some' };
    refused(await member.create(path, configMap('a', {}), query), 422, 'Invalid');
  });
});
