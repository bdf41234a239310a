/** Turns in a row without an answer after which a cluster counts as offline. */
const openAfter = 5;

/** How often an offline cluster is looked for, in milliseconds. */
const probeMs = 5000;

/**
 * Spares a cluster that does not answer, and us: once it is offline, it is asked at most every
 * 5 s, whatever commits come. One answer ends that.
 */
export class Breaker {
  #failures = 0;
  #since = 0;
  #askedAt = 0;

  /** Since when the cluster has not answered, in milliseconds since the epoch; undefined while it does. */
  get #offlineSince(): number | undefined {
    return this.#failures >= openAfter ? this.#since : undefined;
  }

  /** Why it failed, in words. */
  describe(reason: string): string {
    if (this.#offlineSince === undefined) return reason;
    const time = new Date(this.#offlineSince).toISOString();
    return `offline since ${time}, asked every ${probeMs / 1000} s: ${reason}`;
  }

  /** Milliseconds until the cluster may be asked again; 0 when it may be now. */
  pauseMs(now: number): number {
    if (this.#failures < openAfter) return 0;
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
