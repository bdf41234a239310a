import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KubeObject, keyOf } from '#model/object.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { desire, openMember } from './samples.ts';

const never = new AbortController().signal;

function deployment(spec: object, retain = 'true'): KubeObject {
  const labels = { 'resourcetemplate.karmada.io/retain-replicas': retain };
  const metadata = { namespace: 'default', name: 'web', labels };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
}

describe('an autoscaled object', () => {
  const wanted = deployment({ replicas: 2, paused: false });
  const key = keyOf(wanted);
  const scaled = { spec: { replicas: 5, paused: false } };

  async function scale(object: KubeObject) {
    const cluster = new FakeCluster();
    const opened = openMember(cluster);
    await reconcile(opened.member, desire('one', object), never);
    assert.deepEqual(cluster.objects.get(key)?.['spec'], { replicas: 2, paused: false });
    cluster.edit(object, 'autoscaler', scaled);
    return { cluster, ...opened };
  }

  it('retains the live replicas when other fields are corrected', async () => {
    const { cluster, member, events } = await scale(wanted);
    await reconcile(member, desire('one', wanted), never);
    assert.deepEqual(cluster.objects.get(key)?.['spec'], scaled.spec);
    assert.deepEqual(
      events.filter(({ type }) => type === 'drift'),
      [],
    );
  });

  it('retains the live replicas when Git changes another field', async () => {
    const { cluster, member } = await scale(wanted);
    const next = deployment({ replicas: 2, paused: true });
    await reconcile(member, desire('two', next), never);
    assert.deepEqual(cluster.objects.get(key)?.['spec'], { replicas: 5, paused: true });
  });

  it('corrects fields that the autoscaler does not scale', async () => {
    const { cluster, member } = await scale(wanted);
    cluster.edit(wanted, 'kubectl-edit', { spec: { replicas: 7, paused: true } });
    await reconcile(member, desire('one', wanted), never);
    assert.deepEqual(cluster.objects.get(key)?.['spec'], { replicas: 7, paused: false });
  });

  it('does not count an autoscaler at work as a fight', async () => {
    const { cluster, member } = await scale(wanted);
    for (let replicas = 3; replicas < 30; replicas++) {
      cluster.edit(wanted, 'autoscaler', { spec: { replicas, paused: false } });
      const { outcomes } = await reconcile(member, desire('one', wanted), never);
      assert.deepEqual(
        outcomes.filter(({ result }) => result === 'waiting'),
        [],
      );
      assert.deepEqual(cluster.objects.get(key)?.['spec'], { replicas, paused: false });
    }
  });

  it('retains replicas only with the label', async () => {
    const other = deployment({ replicas: 2, paused: false }, 'false');
    const { cluster, member } = await scale(other);
    await reconcile(member, desire('one', other), never);
    assert.deepEqual(cluster.objects.get(key)?.['spec'], { replicas: 2, paused: false });
  });
});
