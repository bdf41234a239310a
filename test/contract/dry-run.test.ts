import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

const dryRun = { dryRun: 'All' };

describe('a dry run', () => {
  const member = useMember();

  it('returns the applied object with defaults from a dry run, and stores nothing', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const answer = await member.apply(path, 'gitops', deployment('web'), dryRun);
    assert.equal(answer.status, 201);
    const shown = ok(answer);
    assert.equal(at(shown, 'spec.revisionHistoryLimit'), 10);
    assert.equal(at(shown, 'metadata.managedFields.0.manager'), 'gitops');
    refused(await member.get(path), 404, 'NotFound');
  });

  it('returns the result of a changed apply from a dry run', async () => {
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

  it('returns the live object from a dry run of an unchanged apply', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const made = ok(await member.apply(path, 'gitops', deployment('web')));
    assert.deepEqual(ok(await member.apply(path, 'gitops', deployment('web'), dryRun)), made);
  });

  it('reports apply conflicts in a dry run', async () => {
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

  it('validates the object in a dry run', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const wrong = deployment('web', { replicas: -1 });
    refused(await member.apply(path, 'gitops', wrong, dryRun), 422, 'Invalid');
  });

  it('stores nothing in a dry run of a creation', async () => {
    const path = configMaps(await member.namespace());
    const answer = await member.create(path, configMap('a', { x: '1' }), dryRun);
    assert.equal(answer.status, 201);
    assert.deepEqual(ok(answer).data, { x: '1' });
    refused(await member.get(`${path}/a`), 404, 'NotFound');
  });

  it('stores nothing in a dry run of an update or patch', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', { x: '1' })));
    const replaced = await member.replace(`${path}/a`, configMap('a', { x: '2' }), dryRun);
    assert.deepEqual(ok(replaced).data, { x: '2' });
    const patched = await member.patch(`${path}/a`, 'merge', { data: { x: '3' } }, dryRun);
    assert.deepEqual(ok(patched).data, { x: '3' });
    assert.deepEqual(ok(await member.get(`${path}/a`)), made);
  });

  it('deletes nothing in a dry run of a deletion', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', {})));
    ok(await member.delete(`${path}/a`, undefined, dryRun));
    assert.deepEqual(ok(await member.get(`${path}/a`)), made);
  });

  it('rejects a dryRun value other than All', async () => {
    const path = configMaps(await member.namespace());
    const query = { dryRun: 'Some' };
    refused(await member.create(path, configMap('a', {}), query), 422, 'Invalid');
  });
});
