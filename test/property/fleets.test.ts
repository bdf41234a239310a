import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { KubeObject } from '#model/object.ts';
import type { ObjectRef } from '#syncer/ports/cluster.ts';
import { campaign } from '#test/campaign.ts';
import { FakeCluster } from '../syncer/fake-cluster.ts';
import type { Strike } from '../syncer/fake-line.ts';
import { FleetBed } from '../syncer/fleet-bed.ts';
import { configMap } from '../syncer/samples.ts';

const fleets = ['shop', 'payments'] as const;
type Name = (typeof fleets)[number];
const ids = { shop: 'k3v9q2m7xd', payments: 'p4ym3nts00' };

/** One fleet commits some of its objects and syncs; the syncer may die at a call. */
interface Step {
  readonly fleet: Name;
  readonly objects: readonly number[];
  readonly kill?: { readonly at: number; readonly when: Strike } | undefined;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    fleet: fc.constantFrom(...fleets),
    objects: fc.uniqueArray(fc.nat(5), { minLength: 1 }),
    kill: fc.option(
      fc.record({ at: fc.nat(20), when: fc.constantFrom<Strike>('before', 'after') }),
      { nil: undefined },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('two fleets in the same namespaces, whose syncers die at any call', () => {
  it('K26: delete no object of each other, and both end at their commit', async () => {
    await fc.assert(fc.asyncProperty(steps, run), campaign(12));
  });
});

async function run(steps: readonly Step[]): Promise<void> {
  const cluster = new WatchedCluster();
  const bed = new FleetBed(cluster);
  const opened = {
    shop: bed.open({ name: 'shop', id: ids.shop, shared: true }),
    payments: bed.open({ name: 'payments', id: ids.payments, shared: true }),
  };
  const last = new Map<Name, readonly number[]>();
  for (const [number, { fleet, objects, kill }] of steps.entries()) {
    opened[fleet].commit(`c${number}`, ...objects.map((n) => objectOf(fleet, n)));
    last.set(fleet, objects);
    cluster.syncing = fleet;
    if (kill !== undefined) cluster.kill(kill.at, kill.when);
    await opened[fleet].once();
  }
  for (const fleet of last.keys()) {
    cluster.syncing = fleet;
    assert.ok(await opened[fleet].once(), JSON.stringify(opened[fleet].events.slice(-3)));
  }
  const names = [...cluster.objects.keys()].filter((key) => key.startsWith('/ConfigMap/default/'));
  const expected = [...last].flatMap(([fleet, numbers]) => {
    return numbers.map((n) => `/ConfigMap/default/${fleet}-${n}`);
  });
  assert.deepEqual(names.toSorted(), expected.toSorted());
}

function objectOf(fleet: Name, number: number): KubeObject {
  return configMap(`${fleet}-${number}`, '1');
}

/** A cluster that refuses the deletion of an object that does not carry the label of the syncing fleet. */
class WatchedCluster extends FakeCluster {
  syncing: Name = 'shop';

  override delete(ref: ObjectRef, uid: string): Promise<'gone' | 'deleting'> {
    const live = this.objects.get(`/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`);
    const owner = live?.metadata.labels?.['regatta.dev/fleet'];
    assert.ok(owner === undefined || owner === this.syncing, `${this.syncing} deletes ${ref.name}`);
    return super.delete(ref, uid);
  }
}
