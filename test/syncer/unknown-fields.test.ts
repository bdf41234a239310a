import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { defaultSyncerSettings } from '#model/sync-settings.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import type { Member } from '#syncer/member.ts';
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
  /** Time of a write, in milliseconds since the epoch. */
  writtenAt = 0;

  override writeTime(): string {
    return new Date(this.writtenAt).toISOString();
  }

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

/** Runs turns until the object fails, and returns how long it waited, in milliseconds. */
async function waitForFailure(member: Member, desired: Desired): Promise<number> {
  const began = member.clock.now();
  for (let turn = 0; turn < 100; turn++) {
    const { outcomes } = await reconcile(member, desired, never);
    const { result, retry, pauseMs = 0 } = outcomeOf(outcomes) ?? assert.fail();
    if (result === 'failed') return member.clock.now() - began;
    assert.deepEqual([result, retry], ['waiting', true]);
    await member.clock.sleep(pauseMs, never);
  }
  return assert.fail('it still waits');
}

describe('an object with a field that the API server does not know', () => {
  for (const how of ['rejects', 'drops'] as const) {
    it(`K37: waits for 30 s after its definition changed, and then fails (${how})`, async () => {
      const cluster = new OldCluster();
      cluster.how = how;
      const { member } = openMember(cluster);
      const desired = desire('one', definition('v1'), thing);
      const waited = await waitForFailure(member, desired);
      assert.ok(waited >= 29_000 && waited < 32_000, `${waited}`);
      cluster.how = 'knows';
      const { outcomes } = await reconcile(member, desired, never);
      assert.match(outcomeOf(outcomes)?.result ?? '', /^(created|configured)$/);
      const last = await reconcile(member, desired, never);
      assert.ok(last.outcomes.every(({ result }) => result === 'unchanged'));
    });

    it(`K37: waits for 30 s after another process changed its definition, and then fails (${how})`, async () => {
      const cluster = new OldCluster();
      const { member } = openMember(cluster);
      cluster.writtenAt = member.clock.now();
      await cluster.apply(definition('v2'), { dryRun: false, manager: 'another tool' });
      await member.clock.sleep(10_000, never);
      cluster.how = how;
      // The definition is not in Git, and this process has not seen it change.
      const waited = await waitForFailure(member, desire('one', thing));
      assert.ok(waited >= 19_000 && waited < 22_000, `${waited}`);
      const lists = cluster.calls.filter((call) => call === 'list CustomResourceDefinition');
      assert.ok(lists.length <= 25, `${lists.length} lists`);
    });

    it(`K37: waits for 30 s after its definition changed, also in a new process (${how})`, async () => {
      const cluster = new OldCluster();
      const first = openMember(cluster);
      cluster.writtenAt = first.member.clock.now();
      await reconcile(first.member, desire('one', definition('v1')), never);
      cluster.how = how;
      const { member } = openMember(cluster);
      const waited = await waitForFailure(member, desire('two', definition('v1'), thing));
      assert.ok(waited >= 29_000 && waited < 32_000, `${waited}`);
    });

    it(`K37: fails at once if its definition changed earlier (${how})`, async () => {
      const cluster = new OldCluster();
      const { member } = openMember(cluster);
      await member.clock.sleep(31_000, never);
      await cluster.apply(definition('v2'), { dryRun: false, manager: 'another tool' });
      cluster.how = how;
      assert.equal(await waitForFailure(member, desire('one', thing)), 0);
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

  it('K37: fails at once if the syncer may not list definitions, and did not change its own', async () => {
    const cluster = new OldCluster();
    const { member } = openMember(cluster);
    cluster.writtenAt = member.clock.now();
    await cluster.apply(definition('v2'), { dryRun: false, manager: 'another tool' });
    cluster.forbiddenKinds.add('CustomResourceDefinition');
    cluster.how = 'rejects';
    assert.equal(await waitForFailure(member, desire('one', thing)), 0);
  });

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
