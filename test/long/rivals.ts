import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProxy } from '#test/api/proxy.ts';
import type { Scenario } from '#test/cluster/scenario.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';

/** Maximum time that a stop may take, in milliseconds. */
const stopMs = 10_000;

/** A Lease lasts for a minute. */
const suspendedMs = 70_000;

const members = ['member1', 'member2'] as const;

/** What happened to a syncer, and how often. */
export type Act = 'kill' | 'stop' | 'suspend' | 'partition';

/** One of several syncers of the same clusters, with a clone, proxies and a poll interval of its own. */
export class Rival {
  readonly #scenario: Scenario;
  readonly #name: string;
  readonly #poll: string;
  readonly #gitFolder: string;
  readonly #proxies: readonly ApiProxy[];
  #process: SyncerProcess | undefined;
  /** True while an act of the campaign lasts. */
  isBusy = false;
  /** The longest stop so far, in milliseconds. */
  longestStopMs = 0;

  private constructor(
    scenario: Scenario,
    name: string,
    poll: string,
    proxies: readonly ApiProxy[],
  ) {
    this.#scenario = scenario;
    this.#proxies = proxies;
    this.#name = name;
    this.#poll = poll;
    this.#gitFolder = join(scenario.repo.directory, `git-${name}`);
  }

  static async start(scenario: Scenario, name: string, poll: string): Promise<Rival> {
    const { kubeconfig } = scenario.fleet;
    const opening = members.map((member) => ApiProxy.open(kubeconfig, member, name));
    const rival = new Rival(scenario, name, poll, await Promise.all(opening));
    await mkdir(rival.#gitFolder);
    await writeFile(join(rival.#gitFolder, 'git'), mortalGit(), { mode: 0o755 });
    rival.#run();
    return rival;
  }

  #run(): void {
    const { repo } = this.#scenario;
    const KUBECONFIG = this.#proxies.map(({ kubeconfig }) => kubeconfig).join(delimiter);
    const env = { KUBECONFIG, PATH: `${this.#gitFolder}${delimiter}${process.env.PATH}` };
    const flags = ['--state-dir', join(repo.directory, this.#name), '--poll', this.#poll];
    this.#process = new SyncerProcess(repo.url, flags, { env });
  }

  /** Does something to the syncer, and resolves when it runs again. */
  async suffer(act: Act, random: () => number): Promise<void> {
    const running = this.#process ?? assert.fail();
    if (act === 'kill') await running.stop('SIGKILL');
    if (act === 'stop') await this.stop();
    if (act === 'kill' || act === 'stop') return this.#run();
    if (act === 'partition') return this.#partition(2000 + random() * 20_000);
    process.kill(running.pid, 'SIGSTOP');
    await sleep(suspendedMs);
    process.kill(running.pid, 'SIGCONT');
  }

  /** Answers nothing for some time. */
  async #partition(ms: number): Promise<void> {
    for (const proxy of this.#proxies) proxy.intercept = () => true;
    await sleep(ms);
    for (const proxy of this.#proxies) proxy.intercept = () => false;
  }

  /** Stops the syncer, and expects that it ends in time. */
  async stop(): Promise<void> {
    const running = this.#process ?? assert.fail();
    const since = performance.now();
    await running.stop('SIGTERM');
    const ms = performance.now() - since;
    this.longestStopMs = Math.max(this.longestStopMs, ms);
    assert.ok(ms < stopMs, `${this.#name} took ${ms} ms to end\n${running.describe()}`);
  }

  async close(): Promise<void> {
    await this.#process?.stop('SIGKILL');
    for (const proxy of this.#proxies) proxy.close();
  }

  describe(): string {
    return `${this.#name}: ${this.#process?.describe().slice(-4000)}`;
  }
}

/** Returns a git of which one run in forty is killed soon after its start. */
function mortalGit(): string {
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  return `#!/bin/sh
n=$(od -An -N1 -tu1 /dev/urandom)
[ $((n % 40)) = 0 ] && exec timeout -s KILL 0.0$((n % 7 + 1)) '${real}' "$@"
exec '${real}' "$@"
`;
}
