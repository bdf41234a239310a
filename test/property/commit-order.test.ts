import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { openMembers } from '#syncer/members.ts';
import type { PublishingPort } from '#syncer/ports/source.ts';
import { Syncer } from '#syncer/syncer.ts';
import { campaign } from '#test/campaign.ts';
import { FakeCluster } from '../syncer/fake-cluster.ts';
import { FakeSource } from '../syncer/fake-source.ts';
import { configMapFile, configMapKey, fakeClock, holderNamed, silent } from '../syncer/samples.ts';
import { Gate, gated } from './gated-cluster.ts';

/** An event on the branch or on one of the syncers that follow it. */
type Step =
  | { readonly type: 'push' }
  | { readonly type: 'pass'; readonly seconds: number }
  | { readonly type: 'start' | 'stop' | 'kill' | 'suspend' | 'wake'; readonly who: number }
  /** The syncer fetches a state of the branch this many commits old, or cannot fetch at all. */
  | { readonly type: 'lag'; readonly who: number; readonly commits: number }
  | { readonly type: 'cut off'; readonly who: number }
  /** One syncer falls behind; the others stop after some pushes. */
  | {
      readonly type: 'fall behind';
      readonly who: number;
      readonly commits: number;
      readonly how: 'stop' | 'kill' | 'suspend';
    };

const who = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'push' } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass'), seconds: fc.nat(150) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('start', 'stop', 'kill', 'suspend', 'wake'),
      who,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('lag'), who, commits: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cut off'), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('fall behind'),
      who,
      commits: fc.nat(3),
      how: fc.constantFrom('stop', 'kill', 'suspend'),
    }),
  },
) as fc.Arbitrary<Step>;

it('K57: syncers in any state apply only descendants of the applied commit', async () => {
  const steps = fc.array(step, { minLength: 3, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const world = new World();
      try {
        await world.live(steps);
      } finally {
        world.end();
      }
      assert.deepEqual(
        world.applied,
        [...world.applied].sort((a, b) => a - b),
      );
      assert.equal(world.applied.at(-1), world.newest);
      assert.deepEqual(world.objects(), world.desired());
    }),
    campaign(30),
  );
});

/** A running syncer process. */
interface Running {
  readonly gate: Gate;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** A branch, a cluster and up to three syncers. */
class World {
  /** Applied values of the object that each commit changes, in order. */
  readonly applied: number[] = [];
  readonly #cluster = new FakeCluster();
  readonly #clock = fakeClock();
  readonly #source = new FakeSource();
  readonly #views = [0, 1, 2].map(() => ({
    lag: 0,
    isCutOff: false,
    last: undefined as string | undefined,
  }));
  readonly #running: (Running | undefined)[] = [];
  #pushed = 0;
  #started = 0;

  get newest(): number {
    return this.#pushed;
  }

  /** Lets one syncer follow the first commit, takes the steps, and repairs everything. */
  async live(steps: readonly Step[]): Promise<void> {
    this.push();
    this.start(0);
    for (const step of steps) await this.take(step);
    await this.settle();
  }

  /** Kills the syncers that still run after a failure. Otherwise, they would never end. */
  end(): void {
    for (const running of this.#running) {
      running?.gate.kill();
      running?.stop.abort();
    }
  }

  push(): void {
    this.#pushed++;
    this.#source.advance(`c${this.#pushed}`, this.#filesAt(this.#pushed));
  }

  /** Each commit changes one object, adds one, and removes one with an acknowledgement. */
  #filesAt(commit: number): Readonly<Record<string, string>> {
    const removed = Array.from({ length: commit }, (_, i) => `default/configmap_n${i}.yaml`);
    return {
      'member1/_acknowledged.txt': removed.join('\n'),
      'member1/default/a.yaml': configMapFile('a', String(commit)),
      [`member1/default/n${commit}.yaml`]: configMapFile(`n${commit}`, ''),
      [`member1/default/n${commit + 1}.yaml`]: configMapFile(`n${commit + 1}`, ''),
    };
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case 'push':
        this.push();
        break;
      case 'pass':
        await this.#pass(step.seconds);
        break;
      case 'lag':
        Object.assign(this.#views[step.who] ?? {}, { lag: step.commits, isCutOff: false });
        break;
      case 'cut off':
        Object.assign(this.#views[step.who] ?? {}, { isCutOff: true });
        break;
      case 'fall behind':
        await this.#fallBehind(step);
        break;
      default:
        await this.#control(step.type, step.who);
    }
    await this.#pass(1);
  }

  async #fallBehind(step: Extract<Step, { readonly type: 'fall behind' }>): Promise<void> {
    await this.take({ type: 'lag', who: step.who, commits: step.commits });
    await this.take({ type: 'start', who: step.who });
    for (let i = 0; i < step.commits; i++) await this.take({ type: 'push' });
    await this.#pass(60);
    for (const who of [0, 1, 2]) if (who !== step.who) await this.#control(step.how, who);
    await this.#pass(300);
  }

  async #control(type: 'start' | 'stop' | 'kill' | 'suspend' | 'wake', who: number): Promise<void> {
    const running = this.#running[who];
    if (type === 'start') return running === undefined ? this.start(who) : undefined;
    if (running === undefined) return;
    if (type === 'suspend') return running.gate.close();
    if (type === 'wake') return running.gate.open();
    if (type === 'kill') running.gate.kill();
    else running.gate.open();
    this.#running[who] = undefined;
    running.stop.abort();
    await running.ended;
  }

  start(who: number): void {
    const gate = new Gate();
    const port = gated(this.#cluster, gate, (value) => this.applied.push(value));
    const shared = { source: this.#viewOf(who), clock: this.#clock, log: silent };
    const fleet = { clusters: ['member1'], connect: () => port };
    const holder = holderNamed(`process${this.#started++}`);
    const how = { resyncMs: 3_600_000, tooling: 'regatta/0' };
    const members = openMembers({ ...shared, fleet, holder }, how);
    const ports = { ...shared, openMembers: members, report: () => {} };
    const syncer = new Syncer(ports, { pollMs: 20_000 });
    const stop = new AbortController();
    this.#running[who] = { gate, stop, ended: syncer.run(stop.signal) };
  }

  /** Returns the branch as one machine fetches it. Fetched commits remain for its next process. */
  #viewOf(who: number): PublishingPort {
    const view = this.#views[who] ?? assert.fail();
    const source = this.#source;
    const indexOf = (commit: string | undefined) => Number(commit?.slice(1) ?? 0);
    return Object.assign(Object.create(source) as PublishingPort, {
      fetch: async () => {
        if (view.isCutOff) throw new Error('the Git server is away');
        const seen = Math.max(1, this.#pushed - view.lag);
        view.last = `c${Math.max(indexOf(view.last), seen)}`;
        return view.last;
      },
      last: async () => view.last,
      tree: (commit: string) => source.tree(commit),
      read: (oids: readonly string[]) => source.read(oids),
      goesOnFrom: async (before: string, commit: string) =>
        indexOf(before) <= indexOf(commit) && indexOf(before) <= indexOf(view.last),
    });
  }

  /** Repairs everything and waits until all syncers are up to date. */
  async settle(): Promise<void> {
    for (const view of this.#views) Object.assign(view, { lag: 0, isCutOff: false });
    for (const who of [0, 1, 2]) {
      await this.#control('wake', who);
      await this.#control('start', who);
    }
    await this.#pass(900);
    for (const who of [0, 1, 2]) await this.#control('stop', who);
  }

  objects(): readonly string[] {
    return [...this.#cluster.objects.keys()].filter((key) => key.includes('/default/')).toSorted();
  }

  desired(): readonly string[] {
    const names = ['a', `n${this.#pushed}`, `n${this.#pushed + 1}`];
    return names.map(configMapKey).toSorted();
  }

  async #pass(seconds: number): Promise<void> {
    await this.#clock.sleep(seconds * 1000, new AbortController().signal);
  }
}
