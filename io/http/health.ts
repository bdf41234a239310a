/** How long one look at the repository may take, a compile included, before it counts as stuck. */
const stuckMs = 15 * 60_000;

/** Whether a syncer lives, and whether it has looked at everything once. */
export class ProbeState {
  readonly #standings: () => ReadonlyMap<string, unknown>;
  readonly #pollMs: number;
  #polledAt = performance.now();
  #isRead = false;
  readonly #seen = new Set<string>();

  constructor(pollMs: number, standings: () => ReadonlyMap<string, unknown>) {
    this.#pollMs = pollMs;
    this.#standings = standings;
  }

  /** The repository was looked at just now. */
  polled(isRead: boolean): void {
    this.#polledAt = performance.now();
    this.#isRead ||= isRead;
  }

  /** A turn of the cluster has ended. */
  turned(cluster: string): void {
    this.#seen.add(cluster);
  }

  /** Why it should be started anew; undefined while it lives. Clusters that are down are no reason. */
  get livenessError(): string | undefined {
    const silentMs = performance.now() - this.#polledAt;
    if (silentMs < this.#pollMs + stuckMs) return undefined;
    return `the repository was not looked at for ${Math.round(silentMs / 1000)} s`;
  }

  /** What it has not done yet; undefined when it is ready. */
  get readinessError(): string | undefined {
    if (!this.#isRead) return 'the repository was not read yet';
    const unseen = [...this.#standings().keys()].filter((cluster) => !this.#seen.has(cluster));
    return unseen.length === 0 ? undefined : `${unseen.length} clusters were not looked at yet`;
  }
}
