import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { KubeObject } from '#model/object.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { command } from '#test/command.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { type SyncRun, syncInProcess } from './sync-in-process.ts';
import { SyncerProcess } from './syncer-process.ts';

export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const inventoryPath =
  '/api/v1/namespaces/regatta-system/configmaps/regatta-inventory.f1eet00001';

/** The exit status of a command, and its output. */
export interface Run {
  readonly status: number;
  readonly text: string;
}

/** Scenario has two member clusters, a fleet repository, and runs `regatta sync` on them. */
export class Scenario {
  readonly fleet: TestFleet;
  readonly repo: FleetRepo;
  readonly member1: Api;
  readonly member2: Api;
  readonly #flags: readonly string[];
  #running: SyncerProcess | undefined;

  constructor(fleet: TestFleet, repo: FleetRepo, flags: readonly string[]) {
    this.fleet = fleet;
    this.repo = repo;
    this.#flags = flags;
    this.member1 = new Api(fleet.kubeconfig, 'member1');
    this.member2 = new Api(fleet.kubeconfig, 'member2');
  }

  static async open(...flags: readonly string[]): Promise<Scenario> {
    const fleet = await startFleet({ members: ['member1', 'member2'], controllers: true });
    return new Scenario(fleet, await FleetRepo.make(), flags);
  }

  async close(): Promise<void> {
    await this.#running?.stop('SIGKILL');
    this.member1.close();
    this.member2.close();
    await this.fleet.close();
    await this.repo.remove();
  }

  /** Returns the syncer that `start` started. */
  get syncer(): SyncerProcess {
    assert.ok(this.#running, 'the step that starts the syncer has failed');
    return this.#running;
  }

  /** Starts a syncer that polls, and resolves at its first result. */
  async start(): Promise<SyncerProcess> {
    this.#running = new SyncerProcess(this.repo.url, [...this.#options(), '--poll', '200ms']);
    await this.#running.event(({ type }) => type === 'synced' || type === 'object');
    return this.#running;
  }

  /** Pushes files below member1's directory, syncs once, and expects the exit status. */
  async sync(
    files: Readonly<Record<string, object | string | undefined>>,
    status = 0,
  ): Promise<SyncRun> {
    const below = Object.entries(files).map(([path, object]) => [
      `rendered/member1/${path}`,
      object,
    ]);
    await this.repo.push(Object.fromEntries(below));
    const run = await this.once();
    assert.equal(run.status, status, JSON.stringify(run.events, undefined, 1));
    return run;
  }

  async once(...more: readonly string[]): Promise<SyncRun> {
    const flags = [...this.#options(), '--once', '--timeout', '30s', ...more];
    if (!isReal) return syncInProcess(this.repo.url, flags);
    const { ended, events } = new SyncerProcess(this.repo.url, flags);
    return { status: await ended, events };
  }

  /** Runs another command on the repository and the members. */
  async regatta(verb: string, ...flags: readonly string[]): Promise<Run> {
    return runRegatta(verb, this.repo.url, ...this.#options(), ...flags);
  }

  #options(): readonly string[] {
    const { kubeconfig } = this.fleet;
    const state = `${this.repo.directory}/state`;
    return ['--kubeconfig', kubeconfig, '--state-dir', state, ...this.#flags];
  }
}

/** Runs a command that exits by itself; the status is NaN if the timeout killed it. */
export function runRegatta(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const options = { timeout: 60_000 };
    execFile(process.execPath, [command, ...args], options, (error, out, err) => {
      const status = error === null ? 0 : Number(error.code ?? Number.NaN);
      resolve({ status, text: out + err });
    });
  });
}

/** Matches events that report this result of one object. */
export function isObject(cluster: string, key: string, result: string) {
  return (event: SyncEvent): boolean =>
    event.type === 'object' &&
    event.cluster === cluster &&
    event.key === key &&
    event.result === result;
}

/** Returns the keys of the objects in a member's inventory that are not gone, in order. */
export async function inventoryOf(api: Api): Promise<readonly string[]> {
  const parent = await api.get(inventoryPath);
  const { inventory = '' } = (parent?.data ?? {}) as Readonly<Record<string, string>>;
  return inventory
    .trim()
    .split('\n')
    .filter((line) => !line.includes(' departed '))
    .map((line) => line.split(' ')[0] ?? '');
}

/** Returns the sorted names of a member's ConfigMaps in `default` with this prefix. */
export async function configMapsOf(api: Api, prefix: string): Promise<readonly string[]> {
  const names = (await api.list(configMaps)).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.startsWith(prefix)).toSorted();
}

export function replicasOf(object: KubeObject | undefined): unknown {
  return (object?.spec as { readonly replicas?: number } | undefined)?.replicas;
}

/** Returns the same rendered file for both members. */
export function onBoth(path: string, object: object): Readonly<Record<string, object>> {
  const members = ['member1', 'member2'];
  return Object.fromEntries(members.map((member) => [`rendered/${member}/${path}`, object]));
}
