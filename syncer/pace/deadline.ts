import type { Clock } from '../ports/machine.ts';
import { stopTimes } from './stop-time.ts';

/** The time by which a command must end. It covers everything that the command waits for. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;
  readonly #limitMs: number;

  /** @param limitMs - from now on, in milliseconds */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#at = clock.now() + limitMs;
  }

  /** Milliseconds until the deadline; 0 after it. */
  get remainingMs(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }

  /** Milliseconds that remain for the last deliveries after the command ended. */
  get farewellMs(): number {
    return Math.max(0, Math.min(0, this.#at - this.#clock.now()) + stopTimes.farewell);
  }

  /**
   * Waits for `work` until the deadline.
   *
   * @param what - what the command waits for, such as `the repository`
   * @throws Error that names `what` when the deadline passes first. The work goes on: the caller stops it.
   */
  async wait<T>(what: string, work: Promise<T>): Promise<T> {
    const done = new AbortController();
    const late = this.#clock.sleep(this.remainingMs, done.signal).then(() => {
      throw new Error(`timed out after ${this.#limitMs / 1000} s, waiting for ${what}`);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
      late.catch(() => {});
    }
  }
}
