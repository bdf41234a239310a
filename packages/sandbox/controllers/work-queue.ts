/** A queue of keys to reconcile. It reconciles a key once, even if callers add the key several times. */
import { ApiError } from '../status.ts';

const firstRetryMs = 10;
const longestRetryMs = 5_000;

/**
 * Calls `reconcile` for each key. When it throws an ApiError, the queue retries with exponential
 * backoff from 10 ms to 5 s. Timers do not keep the process alive.
 */
export class WorkQueue {
  readonly #reconcile: (key: string) => void;
  readonly #pending = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;
  #run: NodeJS.Immediate | undefined;

  constructor(reconcile: (key: string) => void) {
    this.#reconcile = reconcile;
  }

  /** Reconciles `key` after the current write, or after `delayMs` milliseconds. */
  add(key: string, delayMs = 0): void {
    if (this.#isStopped) return;
    if (delayMs > 0) {
      this.#addLater(key, delayMs);
      return;
    }
    this.#pending.add(key);
    this.#run ??= setImmediate(() => this.#reconcileAll());
  }

  /** Drops all keys and timers. The queue must not be used afterwards. */
  stop(): void {
    this.#isStopped = true;
    clearImmediate(this.#run);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #addLater(key: string, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.add(key);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #reconcileAll(): void {
    this.#run = undefined;
    const keys = [...this.#pending];
    this.#pending.clear();
    for (const key of keys) if (!this.#isStopped) this.#attempt(key);
  }

  #attempt(key: string): void {
    try {
      this.#reconcile(key);
      this.#failures.delete(key);
    } catch (error) {
      // Any other error is a bug in the sandbox, which a retry would hide.
      if (!(error instanceof ApiError)) throw error;
      const count = this.#failures.get(key) ?? 0;
      this.#failures.set(key, count + 1);
      this.add(key, Math.min(firstRetryMs * 2 ** count, longestRetryMs));
    }
  }
}
