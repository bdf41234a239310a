import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readShard } from '#syncer/inventory/config-map.ts';
import { namesFor } from '#syncer/ownership/names.ts';
import { FakeCluster } from './fake-cluster.ts';
import type { Strike } from './fake-line.ts';
import { FleetBed } from './fleet-bed.ts';
import { configMap, configMapKey } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd' };
const payments = { name: 'payments', id: 'p4ym3nts00', takeOver: [shop.id] };
const own = namesFor(payments.id);
const partOf = 'applyset.kubernetes.io/part-of';

describe('a syncer killed at any call of a take-over', () => {
  for (const strike of ['before', 'after'] as const) {
    it(`K27: completes the take-over at its next start, and deletes nothing (killed ${strike} the call)`, async () => {
      await everyCall(strike);
    });
  }
});

async function everyCall(strike: Strike): Promise<void> {
  for (let at = 0; ; at++) {
    const cluster = new FakeCluster();
    const bed = new FleetBed(cluster);
    await bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1')).once();
    const fleet = bed.open(payments).commit('d1', configMap('a', '2'), configMap('p', '1'));
    cluster.writes.length = 0;
    cluster.kill(at, strike);
    await fleet.once();
    const killed = cluster.calls.length > at && at < maxCalls;
    const when = `killed ${strike} call ${at}`;
    assertKept(cluster, when);
    await fleet.once();
    assertTaken(cluster, when);
    if (!killed) {
      assert.ok(at > 12, `a take-over has only ${at} calls: nothing was killed`);
      return;
    }
  }
}

/** More calls than a take-over has; a syncer that cannot reach the cluster sends calls without end. */
const maxCalls = 60;

/** Every object is in the cluster, and in the inventory that its label names. */
function assertKept(cluster: FakeCluster, when: string): void {
  const deleted = cluster.writes.filter((write) => write.startsWith('delete /ConfigMap/default/'));
  assert.deepEqual(deleted, [], when);
  for (const name of ['a', 'b']) {
    const object = cluster.objects.get(configMapKey(name));
    const label = object?.metadata.labels?.[partOf];
    const names = label === own.applySetId ? own : namesFor(shop.id);
    const inventory = cluster.objects.get(`/ConfigMap/regatta-system/${names.inventory.name}`);
    assert.ok(
      inventory && readShard(inventory).entries.has(configMapKey(name)),
      `${name}, ${when}`,
    );
  }
}

function assertTaken(cluster: FakeCluster, when: string): void {
  assertKept(cluster, when);
  const names = [...cluster.objects.keys()].filter((key) => key.includes(`inventory.${shop.id}`));
  assert.deepEqual(names, [], when);
  for (const name of ['a', 'b', 'p']) {
    const { labels, managedFields } = cluster.objects.get(configMapKey(name))?.metadata ?? none;
    assert.equal(labels?.[partOf], own.applySetId, `${name}, ${when}`);
    assert.ok(!JSON.stringify(managedFields).includes(shop.id), `${name}, ${when}`);
  }
  const inventory = cluster.objects.get(`/ConfigMap/regatta-system/${own.inventory.name}`);
  assert.ok(inventory, when);
  const keys = ['a', 'b', 'p'].map(configMapKey);
  assert.deepEqual([...readShard(inventory).entries.keys()].toSorted(), keys, when);
}

const none = { name: '', labels: undefined, managedFields: undefined };
