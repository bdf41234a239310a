import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type Body, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments, service, services } from './objects.ts';

describe('an update', () => {
  const member = useMember();

  it('replaces an object with an update', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', { x: '1', y: '2' })));
    const put = ok(await member.replace(`${path}/a`, { ...made, data: { x: '3' } }));
    assert.deepEqual(put.data, { x: '3' });
    assert.equal(at(put, 'metadata.uid'), at(made, 'metadata.uid'));
    assert.ok(versionIn(put) > versionIn(made));
  });

  it('rejects an update with a stale resourceVersion as a conflict', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', { x: '1' })));
    ok(await member.replace(`${path}/a`, { ...made, data: { x: '2' } }));
    const answer = await member.replace(`${path}/a`, { ...made, data: { x: '3' } });
    const status = refused(answer, 409, 'Conflict');
    assert.equal(
      status.message,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    assert.deepEqual(status.details, { name: 'a', kind: 'configmaps' });
  });

  it('accepts an update without a resourceVersion', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', { x: '1' })));
    const put = ok(await member.replace(`${path}/a`, configMap('a', { x: '2' })));
    assert.deepEqual(put.data, { x: '2' });
  });

  it('answers the update of an absent object with NotFound', async () => {
    const path = configMaps(await member.namespace());
    refused(await member.replace(`${path}/a`, configMap('a', {})), 404, 'NotFound');
  });

  it('rejects an update with a different uid as a conflict', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    const metadata = { name: 'a', uid: '00000000-0000-0000-0000-000000000000' };
    const answer = await member.replace(`${path}/a`, { ...configMap('a', {}), metadata });
    refused(answer, 409, 'Conflict');
  });

  it('rejects an update whose name differs from the path', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    refused(await member.replace(`${path}/a`, configMap('b', {})), 400, 'BadRequest');
  });

  it('keeps the resourceVersion after an update that changes nothing', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', { x: '1' })));
    const put = ok(await member.replace(`${path}/a`, made));
    assert.equal(versionIn(put), versionIn(made));
  });

  it('increments the generation only when the spec changes', async () => {
    const path = deployments(await member.namespace());
    const made = ok(await member.create(path, deployment('web')));
    const web = `${path}/web`;
    const labelled = ok(await member.patch(web, 'merge', { metadata: { labels: { a: 'b' } } }));
    assert.equal(at(labelled, 'metadata.generation'), 1);
    const scaled = ok(await member.patch(web, 'merge', { spec: { replicas: 2 } }));
    assert.equal(at(scaled, 'metadata.generation'), 2);
    const metadata = { ...(made.metadata as Body), resourceVersion: undefined, generation: 40 };
    const put = ok(await member.replace(web, { ...made, metadata, spec: scaled.spec }));
    assert.equal(at(put, 'metadata.generation'), 2);
  });

  it('ignores the status in an update of the object', async () => {
    const path = deployments(await member.namespace());
    const made = ok(await member.create(path, deployment('web')));
    const put = ok(await member.replace(`${path}/web`, { ...made, status: { replicas: 4 } }));
    assert.deepEqual(put.status, {});
  });

  it('rejects changes to immutable fields', async () => {
    const namespace = await member.namespace();
    const web = `${deployments(namespace)}/web`;
    ok(await member.create(deployments(namespace), deployment('web')));
    const labels = { app: 'web', tier: 'x' };
    const changed = {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    };
    const status = refused(await member.patch(web, 'merge', changed), 422, 'Invalid');
    assert.equal(at(status, 'details.causes.0.field'), 'spec.selector');
    assert.match(String(status.message), /field is immutable/);

    const ports = [{ port: 80 }];
    const made = ok(await member.create(services(namespace), service('web', ports)));
    const clusterIP = at(made, 'spec.clusterIP') === '10.0.0.77' ? '10.0.0.78' : '10.0.0.77';
    const moved = { spec: { clusterIP, clusterIPs: [clusterIP] } };
    const path = `${services(namespace)}/web`;
    refused(await member.patch(path, 'merge', moved), 422, 'Invalid');

    const settings = { ...configMap('fixed', { x: '1' }), immutable: true };
    ok(await member.create(configMaps(namespace), settings));
    const edit = { data: { x: '2' } };
    const answer = await member.patch(`${configMaps(namespace)}/fixed`, 'merge', edit);
    assert.match(
      String(refused(answer, 422, 'Invalid').message),
      /field is immutable when `immutable` is set/,
    );
  });

  it('keeps uid and creationTimestamp in an update', async () => {
    const path = configMaps(await member.namespace());
    const made = ok(await member.create(path, configMap('a', {})));
    const metadata = { name: 'a', creationTimestamp: '2000-01-01T00:00:00Z', labels: { a: 'b' } };
    const put = ok(await member.replace(`${path}/a`, { ...configMap('a', {}), metadata }));
    assert.equal(at(put, 'metadata.uid'), at(made, 'metadata.uid'));
    assert.equal(at(put, 'metadata.creationTimestamp'), at(made, 'metadata.creationTimestamp'));
  });

  it('creates an absent Lease with an update', async () => {
    const namespace = await member.namespace();
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/leader`;
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'leader' },
      spec: {
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-02T03:04:05.123456Z',
        renewTime: '2026-01-02T03:04:05.123456Z',
      },
    };
    const made = await member.replace(path, lease);
    assert.equal(made.status, 201);
    assert.deepEqual(at(made.body, 'spec'), lease.spec);
    const stale = { ...ok(made), spec: { ...lease.spec, holderIdentity: 'two' } };
    ok(await member.replace(path, stale));
    refused(await member.replace(path, stale), 409, 'Conflict');
    ok(await member.delete(path));
    refused(await member.replace(path, stale), 409, 'Conflict');
  });
});

function versionIn(object: unknown): number {
  return Number(at(object, 'metadata.resourceVersion'));
}
