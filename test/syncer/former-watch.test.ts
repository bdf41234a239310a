import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fleetAt } from '#syncer/fleet-at.ts';
import { FormerWatch } from '#syncer/former/former-watch.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { FleetBed } from './fleet-bed.ts';
import { configMap, configMapFile } from './samples.ts';
import { SyncerBed } from './syncer-bed.ts';

const never = new AbortController().signal;
const leaseKey = 'coordination.k8s.io/Lease/regatta-system/';

interface Bed {
  readonly cluster: FakeCluster;
  readonly clock: Clock;
  readonly watch: FormerWatch;
  readonly events: SyncEvent[];
  /** Makes the watch search for a commit that renders these clusters. */
  begin(...members: readonly string[]): void;
}

/** Opens a watch of a fleet that left member1 with one object. */
async function openWatch(): Promise<Bed> {
  const bed = new FleetBed();
  const fleet = bed.open({ name: 'shop', id: 'k3v9q2m7xd' }).commit('c1', configMap('a', '1'));
  assert.ok(await fleet.once());
  const { cluster, clock } = bed;
  const events: SyncEvent[] = [];
  const report = (event: SyncEvent) => void events.push(event);
  const ports = { fleet: { clusters: ['member1'], connect: () => cluster }, clock, report };
  const watch = new FormerWatch(ports, 60_000);
  const tree = await fleet.source.tree('c1');
  assert.ok(tree);
  const goal = { commit: 'c1', ...(await fleetAt(fleet.source, tree, never)) };
  const begin = (...members: readonly string[]) =>
    watch.begin({ goal, members: new Set(members) }, never);
  return { cluster, clock, watch, events, begin };
}

/** Returns the holder of the fleet's Lease; '' after its release. */
function holderIn({ objects }: FakeCluster): string {
  const lease = [...objects].find(([key]) => key.startsWith(leaseKey))?.[1];
  return (lease?.spec as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? '';
}

const former = { type: 'former', cluster: 'member1', objects: 1 };

describe('the search of a syncer for former clusters', () => {
  it('K33: drops the answer for an older commit', async () => {
    const { watch, events, begin } = await openWatch();
    begin();
    begin('member1');
    await watch.ended();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([events, watch.names], [[], []]);
    begin();
    await watch.ended();
    assert.deepEqual([events, watch.names], [[former], ['member1']]);
  });

  it('K33: finds a cluster that was down when it left, at the next interval', async () => {
    const { cluster, clock, watch, events, begin } = await openWatch();
    cluster.down = true;
    begin();
    await watch.ended();
    assert.deepEqual([events, watch.names], [[], []]);
    cluster.down = false;
    watch.repeat(never);
    await watch.ended();
    assert.deepEqual(events, [], 'the interval has not passed');
    await clock.sleep(60_000, never);
    watch.repeat(never);
    await watch.ended();
    assert.deepEqual([events, watch.names], [[former], ['member1']]);
  });

  it('K33: keeps a former cluster that does not answer, and forgets one without the inventory', async () => {
    const { cluster, clock, watch, events, begin } = await openWatch();
    begin();
    await watch.ended();
    cluster.down = true;
    await clock.sleep(60_000, never);
    watch.repeat(never);
    await watch.ended();
    assert.deepEqual(watch.names, ['member1']);
    cluster.down = false;
    cluster.remove('/ConfigMap/regatta-system/regatta-inventory.k3v9q2m7xd');
    await clock.sleep(60_000, never);
    watch.repeat(never);
    await watch.ended();
    assert.deepEqual([events, watch.names], [[former], []]);
  });
});

describe('a syncer whose fleet a cluster leaves', () => {
  it('K33: reports the cluster each time that it leaves, and releases its Lease', async () => {
    const bed = new SyncerBed('member1', 'member2');
    const [own, other] = ['member1', 'member2'].map((name) => `${name}/default/a.yaml`);
    const both = { [`${own}`]: configMapFile('a', '1'), [`${other}`]: configMapFile('a', '1') };
    const stop = new AbortController();
    bed.source.advance('c1', both);
    const running = bed.open().run(stop.signal);
    try {
      const left = () => bed.clustersOf('former');
      await bed.until(() => bed.clustersOf('synced').length === 2);

      bed.source.advance('c2', { [`${own}`]: configMapFile('a', '2') });
      await bed.until(() => left().length === 1 && bed.clustersOf('synced').length === 3);
      await bed.until(() => holderIn(bed.cluster('member2')) === '');
      bed.source.advance('c3', both);
      await bed.until(() => bed.clustersOf('synced').length === 5);
      assert.notEqual(holderIn(bed.cluster('member2')), '');
      bed.source.advance('c4', { [`${own}`]: configMapFile('a', '2') });
      await bed.until(() => left().length === 2);
      assert.deepEqual(left(), ['member2', 'member2']);
      assert.deepEqual(bed.clustersOf('refused'), ['member2', 'member2']);
      assert.ok(bed.events.some((event) => event.type === 'former' && event.objects === 1));
    } finally {
      stop.abort();
      await running;
    }
  });
});
