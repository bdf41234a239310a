import { ClusterError } from '../cluster-error.ts';
import { backoffMs, clusterBackoff } from '../pace/backoff.ts';
import type { ClusterPort, ObjectQuery, WatchEvent } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { groupKind } from './group-kind.ts';

/** Minimum duration of a watch that counts as working, in milliseconds. */
const steadyMs = 5000;

/** Number of short watches in a row after which the syncer reports that it cannot watch the kind. */
const reportedAfter = 3;

interface Listed {
  readonly query: ObjectQuery;
  readonly resourceVersion: string;
}

interface Watched {
  readonly query: ObjectQuery;
  readonly end: AbortController;
}

interface KindWatchesOptions {
  readonly port: ClusterPort;
  readonly clock: Clock;
  /** Applies an event to the cache, and returns the resourceVersion after it. */
  readonly apply: (event: WatchEvent) => string;
  /** Called when a watch ends. The next turn lists the kind again. */
  readonly onBreak: () => void;
  /** Called once when the watches of a kind have ended at once several times in a row. */
  readonly onUnwatchable?: ((id: string, reason: string) => void) | undefined;
}

/**
 * Watches kinds, each from its list on. Does not repair a broken watch: the kind is then missing until its next list.
 * If the watches of a kind break at once, again and again, each list waits longer than the one before.
 */
export class KindWatches {
  readonly #options: KindWatchesOptions;
  /** Kinds that the cache has listed but does not watch yet. */
  readonly #listed = new Map<string, Listed>();
  readonly #watched = new Map<string, Watched>();
  /** Watched kinds that the cache must list again. */
  readonly #stale = new Set<string>();
  /** Number of short watches in a row, by kind. */
  readonly #short = new Map<string, number>();

  constructor(options: KindWatchesOptions) {
    this.#options = options;
  }

  /** The kinds whose watches keep the cache current. */
  get current(): readonly ObjectQuery[] {
    const watched = [...this.#watched].filter(([id]) => this.isCurrent(id));
    return watched.map(([, { query }]) => query);
  }

  has(id: string): boolean {
    return this.#watched.has(id);
  }

  isCurrent(id: string): boolean {
    return this.#watched.has(id) && !this.#stale.has(id);
  }

  /** Makes `isCurrent` false until the next list, for all kinds by default. */
  markStale(ids: Iterable<string> = this.#watched.keys()): void {
    for (const id of ids) if (this.#watched.has(id)) this.#stale.add(id);
  }

  /** Records a list of a kind. `follow` starts a watch from there unless a watch of the kind is running. */
  listed(query: ObjectQuery, resourceVersion: string): void {
    const id = groupKind(query.kind);
    this.#stale.delete(id);
    if (!this.#watched.has(id)) this.#listed.set(id, { query, resourceVersion });
  }

  /** Watches the listed kinds until `stop`. A watch starts at its list, so that it misses no change. */
  follow(stop: AbortSignal): void {
    for (const [id, { query, resourceVersion }] of this.#listed) {
      const end = new AbortController();
      this.#watched.set(id, { query, end });
      const signal = AbortSignal.any([stop, end.signal]);
      const from = this.#options.clock.uptime();
      void this.#watch(query, resourceVersion, signal).catch((error: unknown) => {
        if (!stop.aborted) void this.#broke(id, { end, from, error }, stop);
      });
    }
    this.#listed.clear();
  }

  /** Ends the watch of a kind. */
  end(id: string): void {
    this.#watched.get(id)?.end.abort();
    this.#watched.delete(id);
    this.#listed.delete(id);
    this.#stale.delete(id);
  }

  /** Rejects if the watch breaks: its start is too old, the connection is dead, or the CRD is gone. */
  async #watch(query: ObjectQuery, from: string, stop: AbortSignal): Promise<void> {
    let resourceVersion = from;
    const { port, apply } = this.#options;
    const onEvent = (event: WatchEvent) => {
      if (!stop.aborted) resourceVersion = apply(event);
    };
    while (!stop.aborted) await port.watch({ selection: query, resourceVersion, onEvent }, stop);
  }

  /** The next list finds out why. */
  async #broke(id: string, { end, from, error }: Broken, stop: AbortSignal): Promise<void> {
    const { clock, onBreak } = this.#options;
    // The cache may have ended this watch itself.
    const isLatest = () => this.#watched.get(id)?.end === end;
    if (!isLatest()) return;
    const isShort = clock.uptime() - from < steadyMs;
    const short = isShort ? (this.#short.get(id) ?? 0) + 1 : 0;
    if (isShort) this.#short.set(id, short);
    else this.#short.delete(id);
    if (short === reportedAfter) this.#options.onUnwatchable?.(id, reasonOf(error));
    // The first watch may break by coincidence. Until the pause ends, the turns of other kinds need no list of this one.
    if (short > 1) await clock.sleep(pauseOf(id, short - 1, error), stop).catch(() => {});
    if (stop.aborted || !isLatest()) return;
    this.#watched.delete(id);
    onBreak();
  }
}

/** A watch that broke, and when it began, in milliseconds on the monotonic clock. */
interface Broken {
  readonly end: AbortController;
  readonly from: number;
  readonly error: unknown;
}

function pauseOf(id: string, failures: number, error: unknown): number {
  const askedMs = error instanceof ClusterError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(askedMs, backoffMs(clusterBackoff, failures, id));
}

function reasonOf(error: unknown): string {
  return error instanceof ClusterError ? error.message : 'the watch ended at once';
}
