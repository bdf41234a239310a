/** Maximum duration of one poll, including a compile, before the syncer counts as stuck. */
const stuckMs = 15 * 60_000;

/** State of the liveness and readiness probes of a syncer. */
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

  /** Records a poll of the repository. */
  polled(isRead: boolean): void {
    this.#polledAt = performance.now();
    this.#isRead ||= isRead;
  }

  /** Records the end of a cluster's turn. */
  turned(cluster: string): void {
    this.#seen.add(cluster);
  }

  /** Why the process should be restarted; undefined while it is live. Unreachable clusters do not count. */
  get livenessError(): string | undefined {
    const silentMs = performance.now() - this.#polledAt;
    if (silentMs < this.#pollMs + stuckMs) return undefined;
    return `no successful poll of the repository for ${Math.round(silentMs / 1000)} s`;
  }

  /** Why the syncer is not ready yet; undefined when it is. */
  get readinessError(): string | undefined {
    if (!this.#isRead) return 'the repository has not been read yet';
    const clusters = [...this.#standings().keys()];
    const pending = clusters.filter((cluster) => !this.#seen.has(cluster)).length;
    return pending === 0
      ? undefined
      : `first turn pending for ${pending} of ${clusters.length} clusters`;
  }
}
