/** Number of consecutive turns without an answer after which a cluster counts as offline. */
const openAfter = 5;

/** Interval between requests to an offline cluster, in milliseconds. */
const probeMs = 5000;

/**
 * Limits requests to a cluster that does not answer. An offline cluster gets one request every 5 s at
 * most, regardless of new commits, until it answers.
 */
export class Breaker {
  #failures = 0;
  #since = 0;
  #askedAt = 0;

  /** True if the cluster has answered nothing for several turns. */
  get isOpen(): boolean {
    return this.#failures >= openAfter;
  }

  /** Start of the outage in milliseconds since the epoch; undefined while the cluster answers. */
  get #offlineSince(): number | undefined {
    return this.isOpen ? this.#since : undefined;
  }

  /** Adds the outage to a failure's reason. */
  describe(reason: string): string {
    if (this.#offlineSince === undefined) return reason;
    const time = new Date(this.#offlineSince).toISOString();
    return `offline since ${time}, retried every ${probeMs / 1000} s: ${reason}`;
  }

  /** Milliseconds until the syncer may send the next request; 0 if it may send the request now. */
  pauseMs(now: number): number {
    if (!this.isOpen) return 0;
    return Math.max(0, this.#askedAt + probeMs - now);
  }

  failed(now: number): void {
    if (this.#failures++ === 0) this.#since = now;
    this.#askedAt = now;
  }

  answered(): void {
    this.#failures = 0;
  }
}
