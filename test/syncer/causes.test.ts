import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { causesOf } from '#syncer/status/causes.ts';
import { FakeCluster } from './fake-cluster.ts';

const never = new AbortController().signal;
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' };

function put(cluster: FakeCluster, kind: string, name: string, rest: object): void {
  const metadata = { namespace: 'default', name, uid: `uid-${name}`, labels: { app: 'web' } };
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  const group = kind === 'Deployment' ? 'apps' : '';
  const object = { apiVersion, kind, metadata, ...rest } as KubeObject;
  cluster.objects.set(`${group}/${kind}/default/${name}`, object);
}

function openCluster(): FakeCluster {
  const cluster = new FakeCluster();
  put(cluster, 'Deployment', 'web', { spec: { selector: { matchLabels: { app: 'web' } } } });
  return cluster;
}

function waitsFor(reason: string, message?: string): object {
  return {
    status: { containerStatuses: [{ name: 'web', state: { waiting: { reason, message } } }] },
  };
}

describe('causesOf', () => {
  it('returns what pods wait for, in the words of the kubelet', async () => {
    const cluster = openCluster();
    put(cluster, 'Pod', 'web-1', waitsFor('ImagePullBackOff', 'Back-off pulling image'));
    put(cluster, 'Pod', 'web-2', waitsFor('ContainerCreating'));
    const message = '0/3 nodes are available';
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ];
    put(cluster, 'Pod', 'web-3', { status: { conditions } });
    assert.deepEqual(await causesOf(cluster, ref, never), [
      'Pod web-1: container web: ImagePullBackOff (Back-off pulling image)',
      'Pod web-3: Unschedulable: 0/3 nodes are available',
    ]);
  });

  it('returns only the newest warning about the object or its pods', async () => {
    const cluster = openCluster();
    const warn = (name: string, about: string, lastTimestamp: string, type = 'Warning') =>
      put(cluster, 'Event', name, {
        ...{ type, reason: 'FailedCreate', message: name, lastTimestamp },
        involvedObject: { kind: 'Deployment', name: about, uid: `uid-${about}` },
      });
    warn('old', 'web', '2026-01-01T00:00:00Z');
    warn('quota exceeded', 'web', '2026-01-01T00:01:00Z');
    warn('other', 'db', '2026-01-01T00:02:00Z');
    warn('normal', 'web', '2026-01-01T00:03:00Z', 'Normal');
    put(cluster, 'Event', 'ours', {
      ...{ type: 'Warning', reason: 'NotReady', lastTimestamp: '2026-01-01T00:04:00Z' },
      involvedObject: { kind: 'Deployment', name: 'web', uid: 'uid-web' },
      source: { component: 'regatta' },
    });
    assert.deepEqual(await causesOf(cluster, ref, never), [
      'Deployment web warns: FailedCreate: quota exceeded',
    ]);
  });

  it('names only some of many pods, and sends at most four requests', async () => {
    const cluster = openCluster();
    for (let i = 0; i < 9; i++) put(cluster, 'Pod', `web-${i}`, waitsFor('CrashLoopBackOff'));
    const causes = await causesOf(cluster, ref, never);
    assert.equal(causes.length, 4);
    assert.equal(causes.at(-1), '6 more pods wait');
    assert.ok(cluster.calls.length <= 4);
  });

  it('returns no causes when pods are forbidden', async () => {
    const cluster = openCluster();
    cluster.forbiddenKinds.add('Pod');
    assert.deepEqual(await causesOf(cluster, ref, never), []);
  });
});
