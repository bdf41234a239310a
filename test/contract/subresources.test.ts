import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { deployment, deployments } from './objects.ts';

describe('the status of an object', () => {
  const member = useMember();

  it('writes only the status through the status subresource', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const made = ok(await member.create(path.slice(0, -4), deployment('web')));
    const sent = {
      ...made,
      spec: { ...(made.spec as object), replicas: 9 },
      status: { observedGeneration: 1, replicas: 1 },
    };
    const put = ok(await member.replace(`${path}/status`, sent));
    assert.deepEqual(put.status, { observedGeneration: 1, replicas: 1 });
    assert.equal(at(put, 'spec.replicas'), 1);
    assert.equal(at(put, 'metadata.generation'), 1);
    const patch = { spec: { replicas: 9 }, status: { readyReplicas: 1 } };
    const patched = ok(await member.patch(`${path}/status`, 'merge', patch));
    assert.deepEqual(patched.status, { observedGeneration: 1, replicas: 1, readyReplicas: 1 });
    assert.equal(at(patched, 'spec.replicas'), 1);
    assert.deepEqual(ok(await member.get(`${path}/status`)), ok(await member.get(path)));
  });

  it('records separate owners for the status', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web')));
    const head = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    const sent = { ...head, status: { observedGeneration: 1 } };
    const applied = ok(await member.apply(`${path}/status`, 'reporter', sent));
    assert.equal(at(applied, 'status.observedGeneration'), 1);
    const entries = at(applied, 'metadata.managedFields') as readonly unknown[];
    const own = entries.find((entry) => at(entry, 'manager') === 'reporter');
    assert.equal(at(own, 'subresource'), 'status');
    assert.deepEqual(at(own, 'fieldsV1'), { 'f:status': { 'f:observedGeneration': {} } });
    const again = ok(await member.apply(path, 'gitops', deployment('web')));
    assert.equal(at(again, 'metadata.resourceVersion'), at(applied, 'metadata.resourceVersion'));
  });

  it('answers 404 for the status of a kind without one', async () => {
    const path = `/api/v1/namespaces/${await member.namespace()}/configmaps/a/status`;
    const answer = await member.get(path);
    assert.equal(answer.status, 404);
  });
});

describe('the scale of a Deployment', () => {
  const member = useMember();

  it('serves the replicas of a Deployment as a Scale', async () => {
    const namespace = await member.namespace();
    const path = `${deployments(namespace)}/web`;
    const made = ok(await member.create(path.slice(0, -4), deployment('web', { replicas: 3 })));
    const scale = ok(await member.get(`${path}/scale`));
    const { uid, resourceVersion, creationTimestamp } = made.metadata as Record<string, unknown>;
    assert.deepEqual(scale, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'web', namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: 3 },
      status: { replicas: 0, selector: 'app=web' },
    });
  });

  it('changes the replicas through the scale subresource', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.create(path.slice(0, -4), deployment('web')));
    const scale = ok(await member.get(`${path}/scale`));
    const put = ok(await member.replace(`${path}/scale`, { ...scale, spec: { replicas: 4 } }));
    assert.equal(at(put, 'spec.replicas'), 4);
    const patched = ok(await member.patch(`${path}/scale`, 'merge', { spec: { replicas: 0 } }));
    // A Scale omits zero, because an absent number means zero.
    assert.deepEqual(patched.spec, {});
    const live = ok(await member.get(path));
    assert.equal(at(live, 'spec.replicas'), 0);
    assert.equal(at(live, 'metadata.generation'), 3);
  });

  it('rejects a Scale with a stale resourceVersion', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.create(path.slice(0, -4), deployment('web')));
    const scale = ok(await member.get(`${path}/scale`));
    ok(await member.replace(`${path}/scale`, { ...scale, spec: { replicas: 2 } }));
    const stale = await member.replace(`${path}/scale`, { ...scale, spec: { replicas: 5 } });
    refused(stale, 409, 'Conflict');
  });

  it('transfers the replicas from the applier to the manager that scales', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(path, 'gitops', deployment('web', { replicas: 2 })));
    const query = { fieldManager: 'autoscaler' };
    ok(await member.patch(`${path}/scale`, 'merge', { spec: { replicas: 5 } }, query));
    const answer = await member.apply(path, 'gitops', deployment('web', { replicas: 2 }));
    const status = refused(answer, 409, 'Conflict');
    assert.equal(at(status, 'details.causes.0.field'), '.spec.replicas');
    assert.match(
      String(at(status, 'details.causes.0.message')),
      /^conflict with "autoscaler" with subresource "scale" using apps\/v1/,
    );
  });

  it('answers a request for the scale of an absent object with NotFound', async () => {
    const path = `${deployments(await member.namespace())}/web/scale`;
    refused(await member.get(path), 404, 'NotFound');
  });
});
