import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unjoinCluster } from '#syncer/former/unjoin.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import type { Strike } from './fake-line.ts';
import { FleetBed, type TestFleet } from './fleet-bed.ts';
import { configMap, configMapFile, configMapKey, holderNamed, silent } from './samples.ts';

const shop = { name: 'shop', id: 'k3v9q2m7xd' };
const never = new AbortController().signal;

/** Separates member1 from its fleet. */
async function unjoin({ cluster, clock }: FleetBed, { source }: TestFleet, holder: string) {
  const fleet = { clusters: ['member1'], connect: () => cluster };
  const ports = {
    ...{ source, fleet, clock, holder: holderNamed(holder) },
    ...{ log: silent, report: () => {}, tooling: 'regatta.dev/1.0.0' },
  };
  const deadline = new Deadline(clock, 600_000);
  const how = { cluster: 'member1', mode: 'keep', deadline } as const;
  return unjoinCluster(ports, how, never).catch(() => undefined);
}

describe('an unjoin that is killed at any call', () => {
  for (const strike of ['before', 'after'] as const) {
    it(`K33: deletes no object, and the next one completes it (killed ${strike} the call)`, async () => {
      await everyCall(strike);
    });
  }
});

async function everyCall(strike: Strike): Promise<void> {
  for (let at = 0; ; at++) {
    const bed = new FleetBed();
    const { cluster } = bed;
    const fleet = bed.open(shop).commit('c1', configMap('a', '1'), configMap('b', '1'));
    assert.ok(await fleet.once());
    const files = { 'member9/default/a.yaml': configMapFile('a', '1') };
    const settings = JSON.stringify({ metadata: { name: shop.name }, spec: { id: shop.id } });
    fleet.source.advance('c2', files, settings);
    cluster.kill(at, strike);
    await unjoin(bed, fleet, 'killed');
    const isKilled = cluster.killed;
    cluster.revive();
    const when = `killed ${strike} call ${at}`;
    assert.ok(await unjoin(bed, fleet, 'next'), when);
    for (const name of ['a', 'b']) {
      const object = cluster.objects.get(configMapKey(name));
      assert.deepEqual(object?.data, { value: '1' }, `${name}, ${when}`);
      assert.deepEqual(object.metadata.labels ?? {}, {}, `${name}, ${when}`);
    }
    const system = [...cluster.objects.keys()].filter((key) =>
      /\/regatta-system\/regatta/.test(key),
    );
    assert.deepEqual(system, [], when);
    if (isKilled) continue;
    assert.ok(at > 8, `an unjoin has only ${at} calls: nothing was killed`);
    return;
  }
}
