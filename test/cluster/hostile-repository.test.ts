import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { SyncEvent } from '#syncer/report/events.ts';
import { startFleet } from '#test/fleet.ts';
import { type MemoryGroup, memoryGroup } from '#test/memory-group.ts';
import { containerOf, type ShippedContainer } from '#test/shipped.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { Api } from './api.ts';
import { type CommitFiles, memoryBombs, removed, soundFleet } from './bombs.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';
import { peakOf } from './worker-processes.ts';

const mebibyte = 1024 ** 2;
const folder = 'rendered/member1/default';

/** Returns files of one object each. */
function files(count: number, bytes: number): CommitFiles {
  const text = (i: number) => JSON.stringify(configMap(`c${i}`, 'x'.repeat(bytes)));
  const entries = Array.from({ length: count }, (_, i) => [`${folder}/c${i}.json`, text(i)]);
  return Object.fromEntries(entries);
}

/** A chain of ConfigMaps of which each depends on the next one, and the last one on the first one. */
function chain(length: number): string {
  const link = (i: number) => {
    const annotations = {
      'config.kubernetes.io/depends-on': `/namespaces/default/ConfigMap/c${(i + 1) % length}`,
    };
    const metadata = { name: `c${i}`, namespace: 'default', annotations };
    return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
  };
  return Array.from({ length }, (_, i) => link(i)).join('\n---\n');
}

function aliases(): string {
  const lists = Array.from({ length: 12 }, (_, i) => {
    const item = i === 0 ? '"x"' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array(9).fill(item).join(',')}]\n`;
  });
  return `apiVersion: v1\nkind: ConfigMap\n${lists.join('')}`;
}

/** Commits that attack the syncer by the directory of member1. */
const directories: Readonly<Record<string, readonly [files: CommitFiles, refusal: RegExp]>> = {
  'aliases of aliases': [{ [`${folder}/a.yaml`]: aliases() }, /aliases expand the document/],
  'a chain of 12,000 dependencies': [
    { [`${folder}/a.yaml`]: chain(12_000) },
    /^dependency cycle: /,
  ],
  '40 files of 2.9 MiB': [files(40, 2.9 * mebibyte), /holds 11\d MiB; the limit is \d+ MiB/],
  'a file of blanks': [
    { [`${folder}/a.yaml`]: ' '.repeat(50 * mebibyte) },
    /is larger than \d+ bytes$/,
  ],
};

/** Commits that attack the compile. */
const sources: Readonly<Record<string, CommitFiles>> = {
  ...memoryBombs,
  'a file of blanks': { 'templates/blanks.yaml': ' '.repeat(50 * mebibyte) },
};

/** A syncer in the container of a manifest in deploy/. */
class Confined {
  readonly fleet: TestFleet;
  readonly members: readonly Api[];
  readonly repo: FleetRepo;
  readonly container: ShippedContainer;
  readonly group: MemoryGroup;
  readonly syncer: SyncerProcess;

  private constructor(fleet: TestFleet, repo: FleetRepo, file: string) {
    this.fleet = fleet;
    this.members = fleet.members.map((name) => new Api(fleet.kubeconfig, name));
    this.repo = repo;
    this.container = containerOf(file);
    this.group = memoryGroup(this.container.memory);
    const env = {
      KUBECONFIG: fleet.kubeconfig,
      NODE_OPTIONS: `--max-old-space-size=${this.container.heap / mebibyte}`,
    };
    const flags = this.container.args.filter((flag) => flag === '--compile');
    const all = ['--poll', '200ms', '--state-dir', `${repo.directory}/state`, ...flags];
    this.syncer = new SyncerProcess(repo.url, all, { env, through: this.group.through });
  }

  /** Starts a fleet of two members, and a syncer with the memory and `--compile` of a manifest. */
  static async start(file: string, files: CommitFiles): Promise<Confined> {
    const fleet = await startFleet({ members: ['member1', 'member2'] });
    const repo = await FleetRepo.make();
    await repo.push(files);
    return new Confined(fleet, repo, file);
  }

  /** Expects that a member has a value of the ConfigMap, and that the syncer has not run out of memory. */
  async expectValue(member: Api | undefined, value: string): Promise<void> {
    const holds = async () => {
      const data = (await member?.get(`${configMaps}/a`))?.data;
      return JSON.stringify(data) === JSON.stringify({ value });
    };
    await until(`value ${value}`, holds, 60_000).catch((error: unknown) =>
      assert.fail(`${error}\n${this.syncer.describe()}`),
    );
    const peak = peakOf(this.syncer);
    assert.ok(peak < this.container.memory, `the syncer used ${peak / mebibyte} MiB`);
    assert.equal(this.group.kills(), 0);
  }

  async stop(): Promise<void> {
    await this.syncer.stop('SIGKILL');
    await until('the group to be empty', async () => {
      this.group.remove();
      return true;
    });
    await this.repo.remove();
    for (const member of this.members) member.close();
    await this.fleet.close();
  }
}

describe('a hostile repository, in the memory of the shipped manifests', () => {
  let confined: Confined | undefined;
  afterEach(async () => confined?.stop());

  it('K20: S12: costs its own cluster only, with 512 MiB', async () => {
    const both = (value: string) => ({
      'rendered/member1/default/own.json': configMap('own', value),
      'rendered/member2/default/a.json': configMap('a', value),
    });
    confined = await Confined.start('3-agent.yaml', both('start'));
    const { repo, syncer, members } = confined;
    await confined.expectValue(members[1], 'start');
    for (const [name, [attack, refusal]] of Object.entries(directories)) {
      await repo.push({ ...both(name), ...attack });
      const isRefused = (event: SyncEvent) =>
        event.type === 'refused' && event.cluster === 'member1' && refusal.test(event.reason);
      await syncer.event(isRefused, 60_000);
      await confined.expectValue(members[1], name);
      await repo.push(removed(attack));
    }
  });

  it('K19: S12: costs no cluster and no syncer when it is compiled, with 2 GiB', async () => {
    confined = await Confined.start('sync/syncer.yaml', soundFleet('compiled'));
    const { repo, syncer, members } = confined;
    for (const member of members) await confined.expectValue(member, 'compiled');
    for (const [name, attack] of Object.entries(sources)) {
      syncer.forgetEvents();
      repo.pull();
      const commit = await repo.push(attack);
      const isDone = (event: SyncEvent) =>
        (event.type === 'rejected-commit' && event.commit === commit) || event.type === 'synced';
      await syncer.event(isDone, 120_000);
      await repo.push({ ...removed(attack), ...soundFleet(name) });
      for (const member of members) await confined.expectValue(member, name);
    }
  });
});
