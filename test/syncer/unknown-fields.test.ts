import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { defaultSyncerSettings } from '#model/sync-settings.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ActionOutcome } from '#syncer/plan/outcome.ts';
import type { ApplyOptions } from '#syncer/ports/cluster.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, desire, openMember } from './samples.ts';

const never = new AbortController().signal;
const key = 'example.com/Thing/default/one';

/** OldCluster has an old schema: it rejects things, or does not keep their field `later`. */
class OldCluster extends FakeCluster {
  how: 'rejects' | 'drops' | 'knows' = 'knows';
  readonly validations = new Set<string | undefined>();

  override async apply(object: KubeObject, how: ApplyOptions) {
    if (object.kind !== 'Thing') return super.apply(object, how);
    this.validations.add(how.fieldValidation);
    const { later: _, ...rest } = object;
    if (this.how === 'rejects') throw new ClusterError('unknown-field', 'unknown field later');
    return super.apply(this.how === 'drops' ? (rest as KubeObject) : object, how);
  }
}

const thing: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'one', namespace: 'default' },
  later: { a: 1 },
};

function definition(version: string): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: { group: 'example.com', names: { kind: 'Thing' }, version },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  };
}

function outcomeOf(outcomes: readonly ActionOutcome[]): ActionOutcome | undefined {
  return outcomes.find((outcome) => outcome.key === key);
}

describe('an object with a field that the API server does not know', () => {
  for (const how of ['rejects', 'drops'] as const) {
    it(`K37: waits for 30 s after its definition changed, and then fails (${how})`, async () => {
      const cluster = new OldCluster();
      cluster.how = how;
      const { member } = openMember(cluster);
      const desired = desire('one', definition('v1'), thing);
      const began = member.clock.now();
      for (;;) {
        const { outcomes } = await reconcile(member, desired, never);
        const { result, retry, pauseMs = 0 } = outcomeOf(outcomes) ?? assert.fail();
        if (result === 'failed') break;
        assert.deepEqual([result, retry], ['waiting', true]);
        await member.clock.sleep(pauseMs, never);
      }
      const waited = member.clock.now() - began;
      assert.ok(waited >= 29_000 && waited < 32_000, `${waited}`);
      cluster.how = 'knows';
      const { outcomes } = await reconcile(member, desired, never);
      assert.match(outcomeOf(outcomes)?.result ?? '', /^(created|configured)$/);
      const last = await reconcile(member, desired, never);
      assert.ok(last.outcomes.every(({ result }) => result === 'unchanged'));
    });

    it(`K37: fails at once if its definition did not change (${how})`, async () => {
      const cluster = new OldCluster();
      cluster.how = how;
      const { member } = openMember(cluster);
      const { outcomes } = await reconcile(member, desire('one', thing), never);
      const { result, retry, message = '' } = outcomeOf(outcomes) ?? {};
      assert.deepEqual([result, retry], ['failed', false]);
      assert.match(message, /^unknown field later/);
    });
  }

  it('K37: keeps deletions back while it waits', async () => {
    const cluster = new OldCluster();
    const { member } = openMember(cluster);
    await reconcile(member, desire('one', definition('v1'), configMap('old', '1')), never);
    cluster.how = 'rejects';
    const two = desire('two', definition('v2'), thing);
    await reconcile(member, two, never);
    assert.ok(cluster.objects.has('/ConfigMap/default/old'));
    cluster.how = 'knows';
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has('/ConfigMap/default/old'));
  });

  it('K37: is applied with a message if fieldValidation is Warn', async () => {
    const cluster = new OldCluster();
    cluster.how = 'drops';
    const { member, events } = openMember(cluster);
    const settings = { ...defaultSyncerSettings, fieldValidation: 'Warn' } as const;
    const desired = { ...desire('one', thing), settings };
    await reconcile(member, desired, never);
    const message = 'unknown field later: the API server did not keep it';
    assert.deepEqual(events, [
      { type: 'object', cluster: 'member1', key, result: 'created', message },
    ]);
    assert.deepEqual([...cluster.validations], ['Warn']);
    const { outcomes } = await reconcile(member, desired, never);
    assert.equal(outcomeOf(outcomes)?.result, 'unchanged');
  });
});
