import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { until } from '#test/until.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments } from './objects.ts';

const finalizer = 'example.com/hold';

describe('a cluster with its controllers', () => {
  const member = useMember({ controllers: true });

  it('creates the default namespaces of a cluster', async () => {
    for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
      await until(`${name} to be there`, async () => {
        const { status } = await member.get(`/api/v1/namespaces/${name}`);
        return status === 200;
      });
    }
    const path = '/api/v1/namespaces/kube-system';
    refused(await member.delete(path), 403, 'Forbidden');
  });

  it('creates the default service account and the root certificates in a namespace', async () => {
    const namespace = await member.namespace();
    await until('the service account', async () => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
      return (await member.get(path)).status === 200;
    });
    await until('the certificates', async () => {
      const path = `${configMaps(namespace)}/kube-root-ca.crt`;
      return (await member.get(path)).status === 200;
    });
  });

  it('deletes the objects in a namespace before it removes the namespace', async () => {
    const namespace = await member.namespace();
    const path = `/api/v1/namespaces/${namespace}`;
    ok(await member.create(deployments(namespace), deployment('web')));
    const metadata = { name: 'held', finalizers: [finalizer] };
    ok(await member.create(configMaps(namespace), { ...configMap('held', {}), metadata }));
    const deleted = ok(await member.delete(path));
    assert.equal(deleted.kind, 'Namespace');
    assert.equal(at(deleted, 'status.phase'), 'Terminating');
    assert.match(String(at(deleted, 'metadata.deletionTimestamp')), /Z$/);
    await member.gone(`${deployments(namespace)}/web`);

    const answer = await member.create(configMaps(namespace), configMap('late', {}));
    const status = refused(answer, 403, 'Forbidden');
    assert.equal(at(status, 'details.causes.0.reason'), 'NamespaceTerminating');
    assert.match(
      String(status.message),
      /^configmaps "late" is forbidden: unable to create new content in namespace .* because it is being terminated$/,
    );

    await until('the held object to be marked', async () => {
      const held = await member.get(`${configMaps(namespace)}/held`);
      return at(ok(held), 'metadata.deletionTimestamp') !== undefined;
    });
    assert.equal((await member.get(path)).status, 200);
    const free = { metadata: { finalizers: null } };
    ok(await member.patch(`${configMaps(namespace)}/held`, 'merge', free));
    await member.gone(path);
  });

  it('deletes the dependents of a deleted owner', async () => {
    const path = configMaps(await member.namespace());
    const owner = ok(await member.create(path, configMap('owner', {})));
    const owned = (name: string): object => owning(name, owner);
    ok(await member.create(path, owned('child')));
    ok(await member.delete(`${path}/owner`, { propagationPolicy: 'Background' }));
    await member.gone(`${path}/child`);
  });

  it('keeps the dependents of an owner that is deleted with the policy Orphan', async () => {
    const path = configMaps(await member.namespace());
    const owner = ok(await member.create(path, configMap('owner', {})));
    ok(await member.create(path, owning('child', owner)));
    ok(await member.delete(`${path}/owner`, { propagationPolicy: 'Orphan' }));
    await member.gone(`${path}/owner`);
    const child = ok(await member.get(`${path}/child`));
    assert.equal(at(child, 'metadata.ownerReferences'), undefined);
    assert.equal(at(child, 'metadata.deletionTimestamp'), undefined);
  });

  it('keeps an owner that is deleted with the policy Foreground until its dependents are gone', async () => {
    const path = configMaps(await member.namespace());
    const owner = ok(await member.create(path, configMap('owner', {})));
    const child = owning('child', owner) as { readonly metadata: object };
    const metadata = { ...child.metadata, finalizers: [finalizer] };
    ok(await member.create(path, { ...child, metadata }));
    const deleted = await member.delete(`${path}/owner`, { propagationPolicy: 'Foreground' });
    assert.deepEqual(at(ok(deleted), 'metadata.finalizers'), ['foregroundDeletion']);
    await until('the child to be marked', async () => {
      const live = await member.get(`${path}/child`);
      return at(live.body, 'metadata.deletionTimestamp') !== undefined;
    });
    assert.equal((await member.get(`${path}/owner`)).status, 200);
    ok(await member.patch(`${path}/child`, 'merge', { metadata: { finalizers: null } }));
    await member.gone(`${path}/owner`);
  });
});

function owning(name: string, owner: unknown): object {
  const uid = at(owner, 'metadata.uid');
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid };
  const metadata = { name, ownerReferences: [{ ...reference, blockOwnerDeletion: true }] };
  return { ...configMap(name, {}), metadata };
}
