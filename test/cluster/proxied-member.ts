import assert from 'node:assert/strict';
import type { SyncEvent } from '#syncer/report/events.ts';
import { ApiClient } from '#test/api/client.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { type SyncRun, syncInProcess } from './sync-in-process.ts';
import { SyncerProcess } from './syncer-process.ts';

/** ProxiedMember is one member cluster behind a proxy, with a fleet repository. */
export class ProxiedMember {
  readonly fleet: TestFleet;
  readonly repo: FleetRepo;
  readonly proxy: ApiProxy;
  /** Requests that do not pass the proxy. */
  readonly api: Api;
  readonly client: ApiClient;
  #following: SyncerProcess | undefined;

  private constructor(fleet: TestFleet, repo: FleetRepo, proxy: ApiProxy) {
    this.fleet = fleet;
    this.repo = repo;
    this.proxy = proxy;
    this.api = new Api(fleet.kubeconfig, 'member1');
    this.client = ApiClient.of(fleet.kubeconfig, 'member1');
  }

  static async open(): Promise<ProxiedMember> {
    const fleet = await startFleet({ members: ['member1'], controllers: true });
    const proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    return new ProxiedMember(fleet, await FleetRepo.make(), proxy);
  }

  async close(): Promise<void> {
    await this.#following?.stop('SIGKILL');
    this.proxy.close();
    this.api.close();
    this.client.close();
    await this.fleet.close();
    await this.repo.remove();
  }

  /** Pushes files below member1's directory; `undefined` removes a file. */
  async push(files: Readonly<Record<string, object | string | undefined>>): Promise<void> {
    const below = Object.entries(files).map(([path, object]) => [
      `rendered/member1/${path}`,
      object,
    ]);
    await this.repo.push(Object.fromEntries(below));
  }

  /** Syncs once through the proxy, and expects the exit status. */
  async once(status = 0, timeout = '30s', ...flags: readonly string[]): Promise<SyncRun> {
    const args = [...this.#flags(), '--once', '--timeout', timeout, ...flags];
    const run = isReal ? await this.#onceAsProcess(args) : await syncInProcess(this.repo.url, args);
    assert.equal(run.status, status, JSON.stringify(run.events, undefined, 1));
    return run;
  }

  /** Starts a syncer that polls. */
  follow(): SyncerProcess {
    this.#following = new SyncerProcess(this.repo.url, [...this.#flags(), '--poll', '200ms']);
    return this.#following;
  }

  async #onceAsProcess(args: readonly string[]): Promise<SyncRun> {
    const { ended, events } = new SyncerProcess(this.repo.url, args);
    return { status: await ended, events };
  }

  #flags(): readonly string[] {
    const state = `${this.repo.directory}/state`;
    return ['--kubeconfig', this.proxy.kubeconfig, '--state-dir', state];
  }
}

/** Returns the messages of an object's events with this result. */
export function messagesOf(
  events: readonly SyncEvent[],
  key: string,
  result: string,
): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'object' && event.key === key && event.result === result ? [event.message] : [],
  );
}
