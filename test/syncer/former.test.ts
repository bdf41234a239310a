import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fleetStatus } from '#syncer/status/fleet-status.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FleetBed, type TestFleet } from './fleet-bed.ts';
import { configMap, configMapFile } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd' };
const inventory = '/ConfigMap/regatta-system/regatta-inventory.k3v9q2m7xd';

/** Returns `<cluster> <sync> <objects left behind>` of the fleet in these clusters, by context. */
async function statusOf(
  { source }: TestFleet,
  { clock }: FleetBed,
  contexts: Readonly<Record<string, FakeCluster>>,
): Promise<readonly string[]> {
  const connect = (name: string) => contexts[name] ?? new FakeCluster();
  const fleet = { clusters: Object.keys(contexts), connect };
  const sightings = { last: async () => undefined, note: async () => {} };
  const descends = source.goesOnFrom.bind(source);
  const ports = { source, fleet, clock, sightings, descends };
  const statuses = await fleetStatus(ports, { timeoutMs: 1000 });
  return statuses.map(({ cluster, sync, leftBehind }) =>
    [cluster, sync, leftBehind].filter((word) => word !== undefined).join(' '),
  );
}

/** Returns a member of the fleet with one object, whose inventory is as an older version wrote it. */
async function older(): Promise<{ readonly bed: FleetBed; readonly fleet: TestFleet }> {
  const bed = new FleetBed();
  const fleet = bed.open(shop).commit('c1', configMap('a', '1'));
  assert.ok(await fleet.once());
  const live = bed.cluster.objects.get(inventory);
  assert.ok(live);
  const { 'regatta.dev/cluster': cluster, ...annotations } = live.metadata.annotations ?? {};
  assert.equal(cluster, 'member1');
  bed.cluster.objects.set(inventory, { ...live, metadata: { ...live.metadata, annotations } });
  return { bed, fleet };
}

/** Commits a directory for member9 alone. */
function leaveFor9({ source }: TestFleet, { name, id }: Pick<typeof shop, 'name' | 'id'>): void {
  const files = { 'member9/default/a.yaml': configMapFile('a', '1') };
  source.advance('c2', files, JSON.stringify({ metadata: { name }, spec: { id } }));
}

describe('the search for former clusters', () => {
  it('K33: finds the inventory of an older version, and recognises its cluster under two contexts', async () => {
    const { bed, fleet } = await older();
    const contexts = { admin: bed.cluster, member1: bed.cluster };
    assert.deepEqual(await statusOf(fleet, bed, contexts), ['member1 synced']);
    leaveFor9(fleet, shop);
    assert.deepEqual(await statusOf(fleet, bed, contexts), ['admin former 1', 'member9 unknown']);
  });

  it('K33: shows no cluster of another fleet, and no cluster that another repository with the id applies', async () => {
    const { bed, fleet } = await older();
    const contexts = { member1: bed.cluster };
    const other = { name: 'other', id: '0th3r0th3r' };
    const fork = { ...shop, repository: 'git.example.com/fork' };
    for (const options of [other, fork]) {
      const stranger = bed.open(options);
      leaveFor9(stranger, options);
      assert.deepEqual(await statusOf(stranger, bed, contexts), ['member9 unknown']);
    }
    assert.deepEqual(await statusOf(fleet, bed, contexts), ['member1 synced']);
  });

  it('K33: finds a former cluster that another fleet has since', async () => {
    const bed = new FleetBed();
    const fleet = bed.open({ ...shop, shared: true }).commit('c1', configMap('a', '1'));
    assert.ok(await fleet.once());
    const other = bed.open({ name: 'other', id: '0th3r0th3r', shared: true });
    assert.ok(await other.commit('d1', configMap('b', '1')).once());
    leaveFor9(fleet, shop);
    assert.deepEqual(await statusOf(fleet, bed, { member1: bed.cluster }), [
      'member1 former 1',
      'member9 unknown',
    ]);
  });
});
