import { ClusterError } from '../cluster-error.ts';
import type { Clock } from '../ports/machine.ts';

/** Initial and maximum number of concurrent tasks. */
const firstWidth = 8;
const maxWidth = 32;

/** Number of times that the server may throttle one task before the task fails. */
const maxAttempts = 8;

/** Pause after a throttled task if the server's answer does not give one, in milliseconds. */
const pauseMs = 1000;

/**
 * Limits the concurrent tasks of a member cluster. The limit adapts to a busy server or to a second syncer.
 * A task that the server throttles (429, priority and fairness) halves the limit, and the limiter retries the
 * task when the server allows it. Each time that as many tasks as the limit succeed, the limit grows by one.
 */
export class ConcurrencyLimiter {
  readonly #clock: Clock;
  /** Each entry gives a waiting task its place among the running tasks. */
  readonly #waiting = new Set<() => void>();
  #width = firstWidth;
  #running = 0;
  #eased = 0;
  /** No task starts before this time, in milliseconds since the epoch. */
  #resumeAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Current maximum number of concurrent tasks. */
  get width(): number {
    return this.#width;
  }

  /**
   * Runs a task as soon as the limit allows it, and retries it when the server throttles it.
   *
   * @throws the signal's reason if `stop` aborts before the task starts
   */
  async run<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#enter(stop);
      try {
        const result = await work();
        this.#ease();
        return result;
      } catch (error) {
        if (!isThrottled(error)) throw error;
        this.#slow(error.retryAfterMs ?? pauseMs);
        if (attempt === maxAttempts || stop.aborted) throw error;
      } finally {
        this.#leave();
      }
    }
  }

  async #enter(stop: AbortSignal): Promise<void> {
    if (this.#running < this.#width) this.#running++;
    else await this.#place(stop);
    try {
      for (let ms = this.#pauseMs; ms > 0; ms = this.#pauseMs) await this.#clock.sleep(ms, stop);
      stop.throwIfAborted();
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Milliseconds until the server accepts tasks again; 0 or less if it does now. */
  get #pauseMs(): number {
    return this.#resumeAt - this.#clock.now();
  }

  /**
   * Resolves when another task has given its place to this one.
   *
   * @throws the signal's reason if `stop` aborts first
   */
  async #place(stop: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopped = () => {
      this.#waiting.delete(resolve);
      reject(stop.reason);
    };
    this.#waiting.add(resolve);
    stop.addEventListener('abort', stopped);
    await promise.finally(() => stop.removeEventListener('abort', stopped));
  }

  /** Gives the places that are free to the tasks that have waited longest, and wakes no other task. */
  #leave(): void {
    this.#running--;
    for (const resume of this.#waiting) {
      if (this.#running >= this.#width) return;
      this.#waiting.delete(resume);
      this.#running++;
      resume();
    }
  }

  #ease(): void {
    if (++this.#eased < this.#width) return;
    this.#eased = 0;
    this.#width = Math.min(maxWidth, this.#width + 1);
  }

  #slow(ms: number): void {
    const now = this.#clock.now();
    // Tasks that the server throttles at the same time lower the limit once.
    if (now >= this.#resumeAt) this.#width = Math.max(1, Math.floor(this.#width / 2));
    this.#resumeAt = Math.max(this.#resumeAt, now + ms);
    this.#eased = 0;
  }
}

function isThrottled(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.reason === 'throttled';
}
