import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { campaignMs } from '#test/campaign.ts';
import type { Api } from '#test/cluster/api.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps, configMapsOf, Scenario } from '#test/cluster/scenario.ts';
import { until } from '#test/until.ts';
import { randomOf } from './random.ts';
import { type Act, Rival } from './rivals.ts';

const acts: readonly Act[] = ['kill', 'kill', 'kill', 'stop', 'stop', 'partition', 'suspend'];
const polls = ['200ms', '1s', '3s'];
const settings = { spec: { deletionBudget: { cluster: 100_000 } } };

/** Several syncers of two clusters, which are killed, stopped, suspended and cut off while commits flow. */
class Campaign {
  readonly #random: () => number;
  readonly #scenario: Scenario;
  readonly #rivals: readonly Rival[];
  readonly #counts = new Map<string, number>();
  /** The last value of the object `desired-always` in each cluster. */
  readonly #seen = new Map<Api, number>();
  #commits = 0;
  #desired: Readonly<Record<string, string>> = {};

  constructor(scenario: Scenario, rivals: readonly Rival[], random: () => number) {
    this.#scenario = scenario;
    this.#rivals = rivals;
    this.#random = random;
  }

  get #members(): readonly Api[] {
    return [this.#scenario.member1, this.#scenario.member2];
  }

  async run(ms: number): Promise<string> {
    const stop = AbortSignal.timeout(ms);
    const foreign = await this.#foreign();
    await Promise.all([this.#commitUntil(stop), this.#disturbUntil(stop), this.#lookUntil(stop)]);
    const describeAll = () => this.#rivals.map((rival) => rival.describe()).join('\n');
    await until('both clusters to equal Git', () => this.#areRight(), 180_000).catch((error) =>
      assert.fail(`${error}\n${describeAll()}`),
    );
    assert.deepEqual(await this.#foreign(), foreign, 'foreign objects did not change');
    for (const rival of this.#rivals) await rival.stop();
    const longest = Math.max(...this.#rivals.map(({ longestStopMs }) => longestStopMs));
    const counts = [...this.#counts].map(([act, count]) => `${count} × ${act}`).join(', ');
    return `${this.#commits} commits, ${counts}, longest stop ${Math.round(longest)} ms`;
  }

  async commit(): Promise<void> {
    const value = String(++this.#commits);
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
    const some = names.filter(() => this.#random() < 0.7);
    const desired = Object.fromEntries(
      some.map((name) => [name, this.#random() < 0.5 ? value : '0']),
    );
    const before = Object.keys(this.#desired);
    this.#desired = { ...desired, always: value };
    const gone = before.filter((name) => !(name in this.#desired));
    const files = [
      ...gone.map((name) => [name, undefined] as const),
      ...Object.entries(this.#desired).map(
        ([name, text]) => [name, configMap(`desired-${name}`, text)] as const,
      ),
    ];
    const both = ['member1', 'member2'].flatMap((member) =>
      files.map(([name, file]) => [`rendered/${member}/default/configmap_${name}.json`, file]),
    );
    await this.#scenario.repo.push({ ...Object.fromEntries(both), 'regatta.yaml': settings });
  }

  async #commitUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.commit();
      await sleep(500 + this.#random() * 3000);
    }
  }

  async #disturbUntil(stop: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!stop.aborted) {
      await sleep(500 + this.#random() * 4000);
      const free = this.#rivals.filter(({ isBusy }) => !isBusy);
      const rival = free[Math.floor(this.#random() * free.length)];
      const act = acts[Math.floor(this.#random() * acts.length)] ?? 'kill';
      if (rival === undefined) continue;
      this.#counts.set(act, (this.#counts.get(act) ?? 0) + 1);
      rival.isBusy = true;
      const suffering = rival.suffer(act, this.#random).finally(() => {
        rival.isBusy = false;
        running.delete(suffering);
      });
      running.add(suffering);
    }
    await Promise.all(running);
  }

  /** Expects that no cluster goes back to an older commit. */
  async #lookUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      for (const member of this.#members) {
        const live = await member.get(`${configMaps}/desired-always`);
        const value = Number((live?.data as { readonly value?: string } | undefined)?.value ?? 0);
        const before = this.#seen.get(member) ?? 0;
        assert.ok(value >= before, `commit ${before} became commit ${value}`);
        this.#seen.set(member, value);
      }
      await sleep(100);
    }
  }

  async #areRight(): Promise<boolean> {
    const wanted = JSON.stringify(Object.entries(this.#desired).toSorted());
    const states = await Promise.all(this.#members.map(stateOf));
    return states.every((state) => JSON.stringify(state) === wanted);
  }

  #foreign(): Promise<unknown> {
    return Promise.all(this.#members.map((member) => member.get(`${configMaps}/foreign`)));
  }
}

async function stateOf(member: Api): Promise<readonly (readonly [string, string])[]> {
  const names = await configMapsOf(member, 'desired-');
  const objects = await Promise.all(names.map((name) => member.get(`${configMaps}/${name}`)));
  const entries = objects.flatMap((object) => {
    const { value = '' } = (object?.data ?? {}) as { readonly value?: string };
    return object === undefined
      ? []
      : [[object.metadata.name.replace('desired-', ''), value] as const];
  });
  return entries.toSorted();
}

describe('several syncers of two clusters', () => {
  for (const count of [2, 3]) {
    describe(`${count} syncers`, () => {
      let scenario: Scenario;
      const rivals: Rival[] = [];
      before(async () => {
        scenario = await Scenario.open();
        for (const member of [scenario.member1, scenario.member2]) {
          await member.apply(`${configMaps}/foreign`, 'kubectl', configMap('foreign', 'theirs'));
        }
      });
      after(async () => {
        for (const rival of rivals) await rival.close();
        await scenario?.close();
      });

      it(`K57, K60: lose nothing, touch nothing foreign and never go back (${count} syncers)`, async (test) => {
        const seed = Number(process.env.REGATTA_LONG_SEED ?? Date.now() % 2 ** 31);
        const campaign = new Campaign(scenario, rivals, randomOf(seed));
        await campaign.commit();
        for (const [index, poll] of polls.slice(0, count).entries())
          rivals.push(await Rival.start(scenario, `syncer${index}`, poll));
        const figures = await campaign.run(campaignMs(1));
        test.diagnostic(`seed ${seed}: ${figures}`);
      });
    });
  }
});
