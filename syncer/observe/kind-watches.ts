import type { ClusterPort, ObjectQuery, WatchEvent } from '../ports/cluster.ts';
import { groupKind } from './group-kind.ts';

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
  /** Applies an event to the cache, and returns the resourceVersion after it. */
  readonly apply: (event: WatchEvent) => string;
  /** Called when a watch ends. The next turn lists the kind again. */
  readonly onBreak: () => void;
}

/** Watches kinds, each from its list on. Does not repair a broken watch: the kind is then missing until its next list. */
export class KindWatches {
  readonly #options: KindWatchesOptions;
  /** Kinds that the cache has listed but does not watch yet. */
  readonly #listed = new Map<string, Listed>();
  readonly #watched = new Map<string, Watched>();
  /** Watched kinds that the cache must list again. */
  readonly #stale = new Set<string>();

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
      void this.#watch(query, resourceVersion, signal).catch(() => {
        if (!stop.aborted) this.#broke(id, end);
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
  #broke(id: string, end: AbortController): void {
    // The cache ended this watch itself.
    if (this.#watched.get(id)?.end !== end) return;
    this.#watched.delete(id);
    this.#options.onBreak();
  }
}
