/** How late a poll may be before the syncer counts as stuck, in milliseconds. A compile may delay it. */
const stuckMs = 15 * 60_000;

/** Computes the answers to the liveness and readiness probes of a syncer. */
export class ProbeState {
  readonly #states: () => ReadonlyMap<string, unknown>;
  readonly #pollMs: number;
  #polledAt = performance.now();
  #isRead = false;
  readonly #seen = new Set<string>();

  /**
   * @param pollMs - interval between polls of the repository, in milliseconds
   * @param states - returns a map whose keys are the names of the syncer's clusters
   */
  constructor(pollMs: number, states: () => ReadonlyMap<string, unknown>) {
    this.#pollMs = pollMs;
    this.#states = states;
  }

  /** Records that a poll of the repository has ended, and whether it succeeded. */
  polled(isRead: boolean): void {
    this.#polledAt = performance.now();
    this.#isRead ||= isRead;
  }

  /** Records that a turn of a cluster has ended, with or without success. */
  turned(cluster: string): void {
    this.#seen.add(cluster);
  }

  /**
   * Why the kubelet should restart the process; undefined while the process is live. An unreachable
   * cluster or Git server is not a reason, because a restart does not help.
   */
  get livenessError(): string | undefined {
    const silentMs = performance.now() - this.#polledAt;
    if (silentMs < this.#pollMs + stuckMs) return undefined;
    return `the syncer has not polled the repository for ${Math.round(silentMs / 1000)} s`;
  }

  /**
   * Why the syncer is not ready; undefined after the syncer has read the repository and ended a turn
   * of each cluster.
   */
  get readinessError(): string | undefined {
    if (!this.#isRead) return 'the syncer has not read the repository yet';
    const clusters = [...this.#states().keys()];
    const pending = clusters.filter((cluster) => !this.#seen.has(cluster)).length;
    return pending === 0
      ? undefined
      : `the first turn of ${pending} of ${clusters.length} clusters has not ended yet`;
  }
}
