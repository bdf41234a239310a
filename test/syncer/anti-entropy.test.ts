import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { readShard } from '#syncer/inventory/config-map.ts';
import { presentIn } from '#syncer/inventory/departed.ts';
import { Loop } from '#syncer/loop.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { campaign } from '#test/campaign.ts';
import { assertEvent } from '#test/events.ts';
import { type Faults, FaultyCluster, randomFrom } from './faulty-cluster.ts';
import {
  configMap,
  configMapKey,
  desire,
  fakeClock,
  holderNamed,
  parentKey,
  silent,
} from './samples.ts';

const never = new AbortController().signal;
const seeds = Array.from({ length: campaign(6).numRuns }, (_, index) => index + 100);

/** Runs the loop of one cluster behind faults, while commits and people change it. */
class CampaignBed {
  readonly clock: Clock = fakeClock();
  readonly random: () => number;
  readonly cluster: FaultyCluster;
  readonly events: SyncEvent[] = [];
  #desired = desire('commit-0', configMap('c0', '0'));
  #loop: Loop | undefined;
  #end: () => Promise<void> = async () => {};
  #commits = 0;

  constructor(seed: number, faults: Faults) {
    this.random = randomFrom(seed);
    this.cluster = new FaultyCluster(this.clock, this.random);
    this.cluster.faults = faults;
  }

  start(): void {
    const stop = new AbortController();
    this.#loop = new Loop({
      name: 'member1',
      port: this.cluster,
      clock: this.clock,
      log: silent,
      report: (event) => void this.events.push(event),
      holder: holderNamed('me'),
      tooling: 'regatta.dev/0',
      goal: this.#desired,
      takeOver: new Set(),
      descends: async () => true,
      resyncMs: 3_600_000,
      onProgress: () => {},
      mayFollow: async () => true,
      refresh: async () => {},
    });
    const running = this.#loop.run(stop.signal);
    this.#loop.setDesired({ type: 'desired', desired: this.#desired });
    this.#end = () => {
      stop.abort();
      return running;
    };
  }

  stop(): Promise<void> {
    return this.#end();
  }

  /** Commits a random part of twelve objects, each with a new or an old value. */
  commit(): void {
    const commit = `commit-${++this.#commits}`;
    const objects: KubeObject[] = [configMap('always', commit)];
    for (let i = 0; i < 12; i++) {
      if (this.random() < 0.6) objects.push(configMap(`c${i}`, String(this.random() < 0.5)));
    }
    const desired = desire(commit, ...objects);
    const acknowledged = new Set(
      Array.from({ length: 12 }, (_, i) => `default/configmap_c${i}.yaml`),
    );
    this.#desired = { ...desired, acknowledged };
    this.#loop?.setDesired({ type: 'desired', desired: this.#desired });
  }

  /** Changes or deletes a random object as another manager. */
  disturb(): void {
    const name = `c${Math.floor(this.random() * 12)}`;
    if (!this.cluster.objects.has(configMapKey(name))) return;
    if (this.random() < 0.5) this.cluster.remove(configMapKey(name));
    else this.cluster.edit(configMap(name, ''), 'kubectl', { data: { value: 'by hand' } });
  }

  /** Lets commits and people change the cluster for a minute. */
  async change(): Promise<void> {
    for (let step = 0; step < 12; step++) {
      this.commit();
      await this.clock.sleep(1000 + this.random() * 4000, never);
      this.disturb();
    }
  }

  /** Expects that the cluster equals the last commit, and the inventory too. */
  expectRight(when: string): void {
    const ours = [...this.cluster.objects].filter(([key]) => key.startsWith('/ConfigMap/default/'));
    const live = ours.map(([key, { data }]) => [key, data] as const);
    const wanted = [...this.#desired.objects].map(
      ([key, { object }]) => [key, object.data] as const,
    );
    const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]) =>
      a[0] < b[0] ? -1 : 1;
    assert.deepEqual(live.toSorted(byKey), wanted.toSorted(byKey), when);
    const parent = this.cluster.objects.get(parentKey);
    const entries = parent ? [...presentIn(readShard(parent).entries).keys()] : [];
    assert.deepEqual(entries.toSorted(), [...this.#desired.objects.keys()].toSorted(), when);
  }
}

/** Runs a campaign with each seed. A loop on a fake clock runs until it is stopped. */
async function withSeeds(faults: Faults, run: (bed: CampaignBed) => Promise<void>): Promise<void> {
  for (const seed of seeds) {
    const bed = new CampaignBed(seed, faults);
    bed.start();
    try {
      await run(bed);
      bed.expectRight(`seed ${seed}`);
    } finally {
      await bed.stop();
    }
  }
}

describe('a cluster behind faults', () => {
  for (const [name, lostEvents] of [
    ['K56: is right within six minutes when its watches deliver bookmarks but no events', 1],
    ['K56: is right within six minutes when its watches lose 40 % of the events', 0.4],
  ] as const) {
    it(name, async () => {
      await withSeeds({ lostEvents }, async (bed) => {
        await bed.change();
        await bed.clock.sleep(360_000, never);
      });
    });
  }

  for (const [name, faults] of [
    [
      'K56: is right within 20 s when a proxy carries out writes again after two to six seconds',
      { repeats: true },
    ],
    ['K56: is right within 20 s when 30 % of the writes answer 409', { conflicts: 0.3 }],
  ] as const) {
    it(name, async () => {
      await withSeeds(faults, async (bed) => {
        await bed.change();
        bed.cluster.faults = {};
        await bed.clock.sleep(20_000, never);
      });
    });
  }

  it('K56: is right within 20 s after writes were carried out again across a restart', async () => {
    await withSeeds({ repeats: true, conflicts: 0.1 }, async (bed) => {
      await bed.change();
      await bed.stop();
      bed.commit();
      bed.start();
      await bed.clock.sleep(1000, never);
      bed.cluster.faults = {};
      await bed.clock.sleep(20_000, never);
    });
  });

  it('K56: reports a watch that missed events, and lists and watches its kind again', async () => {
    await withSeeds({ lostEvents: 1 }, async (bed) => {
      bed.commit();
      await bed.clock.sleep(30_000, never);
      bed.cluster.edit(configMap('always', ''), 'kubectl', { data: { value: 'by hand' } });
      await bed.clock.sleep(360_000, never);
      const reason = 'watch of ConfigMap missed events; listed again';
      assertEvent(bed.events, { type: 'trouble', reason });
    });
  });
});
