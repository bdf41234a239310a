import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ApplyOptions } from '#syncer/ports/cluster.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember } from './samples.ts';

const never = new AbortController().signal;
const modified =
  'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again';

/** BusyCluster answers the first applies as if another client had changed the object just before. */
class BusyCluster extends FakeCluster {
  conflicts = 0;
  message = modified;
  attempts = 0;

  override async apply(object: KubeObject, how: ApplyOptions) {
    if (object.metadata.name !== 'a') return super.apply(object, how);
    this.attempts++;
    if (this.conflicts-- > 0) throw new ClusterError('transient', this.message, { status: 409 });
    return super.apply(object, how);
  }
}

async function applyWith(cluster: BusyCluster) {
  const { member, events } = openMember(cluster);
  const { outcomes } = await reconcile(member, desire('one', configMap('a', '1')), never);
  const failures = events.filter((event) => event.type === 'object' && event.result !== 'created');
  return { failures, outcome: outcomes.find(({ key }) => key === configMapKey('a')) };
}

describe('a write that conflicts with another client', () => {
  it('K46: is repeated at once, and the first two conflicts are not reported', async () => {
    const cluster = new BusyCluster();
    cluster.conflicts = 2;
    const { failures, outcome } = await applyWith(cluster);
    assert.equal(outcome?.result, 'created');
    assert.deepEqual(failures, []);
    assert.equal(cluster.attempts, 3);
  });

  it('K46: is reported from the third conflict on, and tried again in the next turn', async () => {
    const cluster = new BusyCluster();
    cluster.conflicts = 3;
    const { failures, outcome } = await applyWith(cluster);
    assert.deepEqual([outcome?.result, outcome?.retry, failures.length], ['failed', true, 1]);
    assert.equal(cluster.attempts, 3);
  });

  it('K46: is not repeated if another manager owns the field', async () => {
    const cluster = new BusyCluster();
    cluster.conflicts = 1;
    cluster.message = 'Apply failed with 1 conflict: conflict with "other": .data.value';
    await applyWith(cluster);
    assert.equal(cluster.attempts, 1);
  });
});
