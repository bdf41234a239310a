import { openMembers } from '#syncer/members.ts';
import type { MembersOptions } from '#syncer/members-options.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { WorkerEnd, WorkerProcess } from '#syncer/ports/worker.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { Syncer } from '#syncer/syncer.ts';
import { HostedMembers } from '#syncer/workers/hosted.ts';
import { sharedFleet, sharedSource } from '#syncer/workers/share.ts';
import { openWorkers } from '#syncer/workers/workers.ts';
import { holderNamed, silent } from './samples.ts';
import { SyncerBed } from './syncer-bed.ts';

/** A process that exists in this process alone. */
export class FakeProcess implements WorkerProcess {
  readonly ended: Promise<WorkerEnd>;
  /** Milliseconds on the clock of the bed. */
  readonly startedAt: number;
  /** Whether the process stands still. */
  isStill = false;
  readonly #hosted: HostedMembers;
  readonly #end: (end: WorkerEnd) => void;
  #isAlive = true;
  #heard: (message: unknown) => void = () => {};

  constructor(bed: WorkerBed) {
    const { promise, resolve } = Promise.withResolvers<WorkerEnd>();
    this.ended = promise;
    this.#end = resolve;
    this.startedAt = bed.clock.uptime();
    const { clock, source, fleet } = bed;
    const holder = holderNamed('me');
    const ports = { clock, source, send: (message: unknown) => this.say(message) };
    this.#hosted = new HostedMembers(ports, (serves) => {
      const own = { source: sharedSource(source, serves), fleet: sharedFleet(fleet, serves) };
      return openMembers({ ...own, holder, clock, log: silent }, bed.how);
    });
    void this.#hosted.ended().then(() => {
      if (!this.isStill) this.die('ended with status 0');
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  send(message: unknown): void {
    const copy = structuredClone(message);
    if (!this.isStill) queueMicrotask(() => this.#isAlive && this.#hosted.heard(copy));
  }

  /** Sends a message to the syncer. */
  say(message: unknown): void {
    const copy = structuredClone(message);
    queueMicrotask(() => this.#isAlive && this.#heard(copy));
  }

  hear(heard: (message: unknown) => void): void {
    this.#heard = heard;
  }

  kill(reason: string = 'was ended by SIGKILL'): void {
    this.die(reason);
  }

  /** Ends, while the process reads an answer of a cluster. */
  die(reason: string, cluster: string = ''): void {
    this.#isAlive = false;
    this.#hosted.stop();
    this.#end({ reason, cluster });
  }
}

/** WorkerBed runs a Syncer whose clusters are served by processes. */
export class WorkerBed extends SyncerBed {
  readonly processes: FakeProcess[] = [];
  readonly log: object[] = [];
  readonly how: MembersOptions = { resyncMs: 3_600_000, tooling: 'regatta/0.0.0' };
  readonly #stop = new AbortController();
  /** Called with each process that starts. */
  started: (process: FakeProcess) => void = () => {};

  get fleet(): FleetPort {
    return {
      clusters: [...this.clusters.keys()],
      connect: (name: string) => this.cluster(name),
    };
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** The processes that have not ended. */
  get alive(): readonly FakeProcess[] {
    return this.processes.filter(({ isAlive }) => isAlive);
  }

  override open(): Syncer {
    const { clock, source, stop } = this;
    const report = (event: SyncEvent) => void this.events.push(event);
    const log = { ...silent, error: (data: object) => void this.log.push(data) };
    const start = async () => this.#start();
    const openMembers = openWorkers({ start, clock, log, stop }, this.#start());
    return new Syncer({ source, clock, log, openMembers, report }, { pollMs: 1000 });
  }

  /** Runs the syncer until the test has ended its work. */
  async run(work: () => Promise<void>): Promise<void> {
    const running = this.open().run(this.stop);
    await work().finally(() => this.#stop.abort());
    await running;
  }

  #start(): FakeProcess {
    const process = new FakeProcess(this);
    this.processes.push(process);
    this.started(process);
    return process;
  }
}
