import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ApplyOptions } from '#syncer/ports/cluster.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember } from './samples.ts';

const never = new AbortController().signal;
const key = configMapKey('odd');
const tooLarge = new ClusterError('transient', 'the etcd database refuses it', { status: 500 });

/** FaultyCluster fails or delays the applies of ConfigMap `odd`. */
class FaultyCluster extends FakeCluster {
  fault: ClusterError | Promise<void> | undefined;
  attempts = 0;

  override async apply(object: KubeObject, how: ApplyOptions) {
    if (object.metadata.name === 'odd') {
      this.attempts++;
      if (this.fault instanceof ClusterError) throw this.fault;
      await this.fault;
    }
    return super.apply(object, how);
  }
}

const service = { ...configMap('later-stage', '1'), kind: 'Service' };
const serviceKey = '/Service/default/later-stage';
const desired = desire('one', configMap('odd', '1'), configMap('even', '1'), service);

describe('an object that the API server accepts slowly', () => {
  it('K23: delays no other object, and its answer is taken in a later turn', async () => {
    const cluster = new FaultyCluster();
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.fault = promise;
    const { member } = openMember(cluster);
    const first = await reconcile(member, desired, never);
    assert.equal(first.outcomes.find((outcome) => outcome.key === key)?.result, 'waiting');
    assert.ok(cluster.objects.has(configMapKey('even')) && cluster.objects.has(serviceKey));
    await reconcile(member, desired, never);
    assert.equal(cluster.attempts, 1, 'no second request while the first one is under way');
    resolve();
    await new Promise((done) => setImmediate(done));
    const { outcomes } = await reconcile(member, desired, never);
    assert.equal(outcomes.find((outcome) => outcome.key === key)?.result, 'created');
    assert.equal(cluster.attempts, 1);
    const last = await reconcile(member, desired, never);
    assert.ok(last.outcomes.every(({ result }) => result === 'unchanged'));
  });

  it('K23: is applied again if Git changed it meanwhile', async () => {
    const cluster = new FaultyCluster();
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.fault = promise;
    const { member } = openMember(cluster);
    await reconcile(member, desired, never);
    resolve();
    await new Promise((done) => setImmediate(done));
    await reconcile(member, desire('two', configMap('odd', '2')), never);
    assert.deepEqual(cluster.objects.get(key)?.data, { value: '2' });
  });

  it('K23: holds deletions until it is answered, because its successor must exist first', async () => {
    const cluster = new FaultyCluster();
    const { member } = openMember(cluster);
    await reconcile(member, desire('one', configMap('old', '1'), configMap('even', '1')), never);
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.fault = promise;
    const two = desire('two', configMap('odd', '1'), configMap('even', '1'));
    await reconcile(member, two, never);
    assert.ok(cluster.objects.has(configMapKey('old')));
    resolve();
    await new Promise((done) => setImmediate(done));
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(configMapKey('old')));
  });
});

describe('an object that the API server fails to store', () => {
  it('K23: is rejected after three equal answers, and tried again after a pause', async () => {
    const cluster = new FaultyCluster();
    cluster.fault = tooLarge;
    const { member } = openMember(cluster);
    const retries: boolean[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { outcomes } = await reconcile(member, desired, never);
      const odd = outcomes.find((outcome) => outcome.key === key);
      assert.equal(odd?.message, tooLarge.message);
      retries.push(odd?.retry ?? false);
    }
    assert.deepEqual(retries, [true, true, false, false]);
    assert.equal(cluster.attempts, 3, 'no attempt before the pause is over');
    await member.clock.sleep(5000, never);
    cluster.fault = undefined;
    await reconcile(member, desired, never);
    assert.ok(cluster.objects.has(key));
  });

  it('K23: is tried at once when Git changes it', async () => {
    const cluster = new FaultyCluster();
    cluster.fault = tooLarge;
    const { member } = openMember(cluster);
    for (let turn = 0; turn < 3; turn++) await reconcile(member, desired, never);
    cluster.fault = undefined;
    await reconcile(member, desire('two', configMap('odd', '2')), never);
    assert.ok(cluster.objects.has(key));
  });

  it('K23: that gets no answer fails alone while the cluster answers', async () => {
    const cluster = new FaultyCluster();
    cluster.fault = new ClusterError('unreachable', 'https://member1: connection reset');
    const { outcomes } = await reconcile(openMember(cluster).member, desired, never);
    const odd = outcomes.find((outcome) => outcome.key === key);
    assert.deepEqual([odd?.result, odd?.retry], ['failed', true]);
    assert.ok(cluster.objects.has(serviceKey));
  });

  it('K23: with the wrong scope fails alone', async () => {
    const cluster = new FakeCluster();
    const lost = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    const two = desire('one', configMap('even', '1'), lost);
    const { outcomes } = await reconcile(openMember(cluster).member, two, never);
    const secret = outcomes.find((outcome) => outcome.key === '/Secret//s');
    assert.deepEqual([secret?.result, secret?.message], ['failed', 'has no namespace']);
    assert.ok(cluster.objects.has(configMapKey('even')));
  });
});
