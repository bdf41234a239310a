import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ObjectCache } from '#syncer/observe/object-cache.ts';
import { FakeCluster } from './fake-cluster.ts';
import { fakeClock, sampleOwner } from './samples.ts';

const never = new AbortController().signal;
const claims = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
const partOf = 'applyset.kubernetes.io/part-of';

function storageClass(volumeBindingMode: string): KubeObject {
  const metadata = { name: 'disks' };
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, volumeBindingMode };
}

function claim(spec: object, phase = 'Pending'): KubeObject {
  const metadata = { name: 'data', namespace: 'shop' };
  return { ...claims, metadata, spec, status: { phase } } as KubeObject;
}

/** Returns the health status of a claim in a cluster with these other objects. */
async function healthOf(object: KubeObject, others: readonly KubeObject[]): Promise<string> {
  const cluster = new FakeCluster();
  for (const other of others) cluster.edit(other, 'admin');
  await cluster.isNamespaced({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' });
  const labels = { [partOf]: 'any' };
  cluster.edit({ ...object, metadata: { ...object.metadata, labels } }, 'regatta');
  const port = Object.assign(cluster, {
    list: async () => ({
      objects: [...cluster.objects.values()].filter(isClaim),
      resourceVersion: '1',
    }),
  });
  const { names } = sampleOwner;
  const quiet = { onChange: () => {}, onBreak: () => {} };
  const cache = new ObjectCache({ port, names, clock: fakeClock(), ...quiet });
  await cache.track([claims], never);
  return cache.objects.get('/PersistentVolumeClaim/shop/data')?.health.status ?? 'missing';
}

function isClaim({ kind }: KubeObject): boolean {
  return kind === claims.kind;
}

describe('K36: a pending PersistentVolumeClaim', () => {
  const spec = { storageClassName: 'disks' };

  it('K36: is ready when its class binds at the first consumer', async () => {
    assert.equal(await healthOf(claim(spec), [storageClass('WaitForFirstConsumer')]), 'Current');
  });

  it('K36: is not ready when its class binds at once, or it names its volume', async () => {
    assert.equal(await healthOf(claim(spec), [storageClass('Immediate')]), 'InProgress');
    const bound = claim({ ...spec, volumeName: 'v' });
    assert.equal(await healthOf(bound, [storageClass('WaitForFirstConsumer')]), 'InProgress');
  });

  it('K36: is not ready when it has lost its volume', async () => {
    const lost = claim(spec, 'Lost');
    assert.equal(await healthOf(lost, [storageClass('WaitForFirstConsumer')]), 'InProgress');
  });
});
