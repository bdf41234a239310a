import assert from 'node:assert/strict';
import type { SyncEvent } from '#syncer/report/events.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { type SyncRun, syncInProcess } from './sync-in-process.ts';
import { SyncerProcess } from './syncer-process.ts';

type Files = Readonly<Record<string, object | string | undefined>>;

/** Single is one member cluster with its fleet repository. */
export class Single {
  readonly fleet: TestFleet;
  readonly repo: FleetRepo;
  readonly api: Api;

  constructor(fleet: TestFleet, repo: FleetRepo) {
    this.fleet = fleet;
    this.repo = repo;
    this.api = new Api(fleet.kubeconfig, 'member1');
  }

  static async open(): Promise<Single> {
    const fleet = await startFleet({ members: ['member1'], controllers: true, nodes: 1 });
    return new Single(fleet, await FleetRepo.make());
  }

  async close(): Promise<void> {
    this.api.close();
    await this.fleet.close();
    await this.repo.remove();
  }

  /** Pushes files below the member's directory; `undefined` removes a file. */
  async push(files: Files): Promise<void> {
    const below = Object.entries(files).map(([path, object]) => {
      return [`rendered/member1/${path}`, object] as const;
    });
    await this.repo.push(Object.fromEntries(below));
  }

  /** Pushes files, syncs once without waiting for readiness, and expects the exit status. */
  async sync(files: Files, status = 0): Promise<readonly SyncEvent[]> {
    await this.push(files);
    const run = await this.once('--no-wait');
    assert.equal(run.status, status, JSON.stringify(run.events, undefined, 1));
    return run.events;
  }

  async once(...flags: readonly string[]): Promise<SyncRun> {
    const options = [...this.#options(), '--once', '--timeout', '60s', ...flags];
    if (!isReal) return syncInProcess(this.repo.url, options);
    const { ended, events } = new SyncerProcess(this.repo.url, options);
    return { status: await ended, events };
  }

  /** Starts a syncer that polls. */
  start(...flags: readonly string[]): SyncerProcess {
    return new SyncerProcess(this.repo.url, [...this.#options(), '--poll', '200ms', ...flags]);
  }

  /** Returns the uid of a live object; '' if it does not exist. */
  async uid(path: string): Promise<string> {
    return String((await this.api.get(path))?.metadata['uid'] ?? '');
  }

  #options(): readonly string[] {
    const { kubeconfig } = this.fleet;
    return ['--kubeconfig', kubeconfig, '--state-dir', `${this.repo.directory}/state`];
  }
}
