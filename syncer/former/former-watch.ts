import type { ReportEvent } from '../report/events.ts';
import {
  type FormerCluster,
  type FormerPorts,
  type FormerSearch,
  formerClusters,
} from './former-clusters.ts';

interface WatchPorts extends FormerPorts {
  readonly report: ReportEvent;
}

/** Looks for former clusters at each commit and at intervals, and reports each of them once. */
export class FormerWatch {
  readonly #ports: WatchPorts;
  readonly #intervalMs: number;
  #found: ReadonlyMap<string, FormerCluster> = new Map();
  #search: FormerSearch | undefined;
  #searchedAt = Number.NEGATIVE_INFINITY;
  #superseded = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(ports: WatchPorts, intervalMs: number) {
    this.#ports = ports;
    this.#intervalMs = intervalMs;
  }

  /** Names of the former clusters, according to the last search. */
  get names(): readonly string[] {
    return [...this.#found.keys()];
  }

  /** Starts a search for another commit. Drops the answer of a search that still runs. */
  begin(search: FormerSearch, stop: AbortSignal): void {
    this.#search = search;
    // A cluster that returned and leaves again is reported again.
    const isStill = ([name]: readonly [string, FormerCluster]) => !search.members.has(name);
    this.#found = new Map([...this.#found].filter(isStill));
    this.#start(search, stop);
  }

  /** Repeats the search if the interval has passed. */
  repeat(stop: AbortSignal): void {
    const isDue = this.#ports.clock.uptime() - this.#searchedAt >= this.#intervalMs;
    if (isDue && this.#search !== undefined) this.#start(this.#search, stop);
  }

  /** Resolves when no search runs. */
  ended(): Promise<void> {
    return this.#running;
  }

  #start(search: FormerSearch, stop: AbortSignal): void {
    this.#searchedAt = this.#ports.clock.uptime();
    this.#superseded.abort();
    this.#superseded = new AbortController();
    const signal = AbortSignal.any([stop, this.#superseded.signal]);
    this.#running = this.#run(search, signal);
  }

  async #run(search: FormerSearch, signal: AbortSignal): Promise<void> {
    const { former, silent } = await formerClusters(this.#ports, search, signal);
    if (signal.aborted) return;
    const before = this.#found;
    // A cluster that does not answer is still a former one.
    const kept = [...before.values()].filter(({ cluster }) => silent.has(cluster));
    this.#found = new Map([...kept, ...former].map((one) => [one.cluster, one]));
    for (const { cluster, objects } of former) {
      if (before.get(cluster)?.objects === objects) continue;
      this.#ports.report({ type: 'former', cluster, objects });
    }
  }
}
