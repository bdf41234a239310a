import type { Goal } from './identify.ts';
import { Loop } from './loop.ts';
import type { LoopOptions } from './loop-options.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { StateByCluster } from './report/turns.ts';

/** What the loops of all clusters share. */
type SharedOptions = Omit<LoopOptions, 'name' | 'port' | 'goal'>;

interface Running {
  readonly loop: Loop;
  readonly end: AbortController;
}

/** The loops of a syncer, one for each cluster that the current commit renders. */
export class Loops {
  readonly #fleet: FleetPort;
  readonly #options: SharedOptions;
  readonly #running = new Map<string, Running>();
  /** The last run of each cluster that has had a loop. */
  readonly #runs = new Map<string, Promise<void>>();

  constructor(fleet: FleetPort, options: SharedOptions) {
    this.#fleet = fleet;
    this.#options = options;
  }

  get all(): readonly Loop[] {
    return [...this.#running.values()].map(({ loop }) => loop);
  }

  get stateByCluster(): StateByCluster {
    return new Map(this.#running.entries().map(([name, { loop }]) => [name, loop.state.type]));
  }

  get(name: string): Loop | undefined {
    return this.#running.get(name)?.loop;
  }

  /** Reports whether a cluster has, or had, a loop. */
  knows(name: string): boolean {
    return this.#runs.has(name);
  }

  /** Starts the loop of a cluster, which runs until `end` ends it or `stop` aborts. */
  start(name: string, goal: Goal, stop: AbortSignal): Loop {
    const loop = new Loop({ ...this.#options, name, goal, port: this.#fleet.connect(name) });
    const end = new AbortController();
    const signal = AbortSignal.any([stop, end.signal]);
    // The earlier loop of a cluster that returns must first release its Lease.
    const before = this.#runs.get(name) ?? Promise.resolve();
    this.#runs.set(
      name,
      before.then(() => loop.run(signal)),
    );
    this.#running.set(name, { loop, end });
    return loop;
  }

  /** Ends the loop of a cluster after the objects in progress. It then releases the Lease. */
  end(name: string): void {
    this.#running.get(name)?.end.abort();
    this.#running.delete(name);
  }

  /** Resolves when all loops have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#runs.values());
  }
}
