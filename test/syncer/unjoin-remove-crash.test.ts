import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { unjoinCluster } from '#syncer/former/unjoin.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import type { FakeCluster } from './fake-cluster.ts';
import type { Strike } from './fake-line.ts';
import { FleetBed, type TestFleet } from './fleet-bed.ts';
import { configMap, configMapFile, configMapKey, holderNamed, silent } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd' };
const never = new AbortController().signal;
const mine = ['a', 'b', 'c'];

/** Deletes the objects of the fleet in member1, as the repository acknowledges it. */
async function remove({ cluster, clock }: FleetBed, { source }: TestFleet, holder: string) {
  const fleet = { clusters: ['member1'], connect: () => cluster };
  const ports = {
    ...{ source, fleet, clock, holder: holderNamed(holder) },
    ...{ log: silent, report: () => {}, tooling: 'regatta.dev/1.0.0' },
  };
  const deadline = new Deadline(clock, 600_000);
  const how = { cluster: 'member1', mode: 'remove', deadline } as const;
  return unjoinCluster(ports, how, never).catch(() => undefined);
}

/** Adds objects that the fleet did not apply: one of another manager, and one to which a controller copied the label. */
function addForeign(cluster: FakeCluster): void {
  const labels = cluster.objects.get(configMapKey('a'))?.metadata.labels ?? assert.fail();
  cluster.edit(configMap('foreign', '1'), 'kubectl', { data: { value: '1' } });
  const copy = configMap('copied', '1');
  const labelled: KubeObject = { ...copy, metadata: { ...copy.metadata, labels } };
  cluster.edit(labelled, 'a controller', { data: { value: '1' } });
}

/** Returns the names of all ConfigMaps, except those that every cluster has. */
function namesIn(cluster: FakeCluster): readonly string[] {
  const objects = [...cluster.objects.values()].filter(({ kind }) => kind !== 'Namespace');
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}

async function everyCall(strike: Strike): Promise<void> {
  for (let at = 0; ; at++) {
    const bed = new FleetBed();
    const { cluster } = bed;
    const fleet = bed.open(shop).commit('c1', ...mine.map((name) => configMap(name, '1')));
    assert.ok(await fleet.once());
    addForeign(cluster);
    const acknowledged = mine.map((name) => `default/configmap_${name}.yaml\n`).join('');
    const files = {
      'member1/_acknowledged.txt': acknowledged,
      'member9/default/a.yaml': configMapFile('a', '1'),
    };
    const settings = JSON.stringify({ metadata: { name: shop.name }, spec: { id: shop.id } });
    fleet.source.advance('c2', files, settings);
    cluster.kill(at, strike);
    await remove(bed, fleet, 'killed');
    const isKilled = cluster.killed;
    cluster.revive();
    const when = `killed ${strike} call ${at}`;
    await remove(bed, fleet, 'next');
    assert.deepEqual(namesIn(cluster), ['ConfigMap copied', 'ConfigMap foreign'], when);
    if (isKilled) continue;
    assert.ok(at > 15, `a removal has only ${at} calls: nothing was killed`);
    return;
  }
}

describe('an unjoin --remove that is killed at any call', () => {
  it('K33: deletes nothing foreign, and the next one ends in the same state (killed before the call)', async () => {
    await everyCall('before');
  });

  it('K33: deletes nothing foreign, and the next one ends in the same state (killed after the call)', async () => {
    await everyCall('after');
  });
});
