import { ClusterError } from '../cluster-error.ts';
import type { Clock } from '../ports/machine.ts';

/** Calls under way at a time: at first, and at most. */
const firstWidth = 8;
const maxWidth = 32;

/** How often one piece of work is turned away before it counts as failed. */
const maxAttempts = 8;

/** How long to wait when the server doesn't say, in milliseconds. */
const pauseMs = 1000;

/**
 * How much a member cluster is asked at a time. Every piece of work that the server turns away
 * (429, priority and fairness) halves it, and is tried again when the server says; each round of
 * work that goes well adds one. So two syncers, or a busy server, find their shares.
 */
export class ConcurrencyLimiter {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #width = firstWidth;
  #running = 0;
  #eased = 0;
  /** Nothing starts before, in milliseconds since the epoch. */
  #resumeAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Pieces of work at a time, as it stands. */
  get width(): number {
    return this.#width;
  }

  /** Does the work when there is room, and again when the server turns it away. */
  async run<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#enter(stop);
      try {
        const result = await work();
        this.#ease();
        return result;
      } catch (error) {
        if (!isTurnedAway(error)) throw error;
        this.#slow(error.retryAfterMs ?? pauseMs);
        if (attempt === maxAttempts || stop.aborted) throw error;
      } finally {
        this.#leave();
      }
    }
  }

  async #enter(stop: AbortSignal): Promise<void> {
    while (this.#running >= this.#width) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
    for (;;) {
      const ms = this.#resumeAt - this.#clock.now();
      if (ms <= 0 || stop.aborted) return;
      await this.#clock.sleep(ms, stop).catch(() => {});
    }
  }

  #leave(): void {
    this.#running--;
    // Some may have room now, if the width has grown; who has none waits on.
    for (const trigger of this.#waiting.splice(0)) trigger();
  }

  #ease(): void {
    if (++this.#eased < this.#width) return;
    this.#eased = 0;
    this.#width = Math.min(maxWidth, this.#width + 1);
  }

  #slow(ms: number): void {
    const now = this.#clock.now();
    // Those that were turned away together count once.
    if (now >= this.#resumeAt) this.#width = Math.max(1, Math.floor(this.#width / 2));
    this.#resumeAt = Math.max(this.#resumeAt, now + ms);
    this.#eased = 0;
  }
}

function isTurnedAway(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.reason === 'throttled';
}
