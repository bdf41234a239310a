/** A queue of keys to reconcile; a key that is added repeatedly is reconciled once. */
import { ApiError } from '../status.ts';

const firstRetryMs = 10;
const longestRetryMs = 5_000;

export interface WorkQueue {
  /** Reconciles `key` after the current write, or after `delayMs` milliseconds. */
  add(key: string, delayMs?: number): void;
  /** Drops all keys and timers; the queue cannot be used afterwards. */
  stop(): void;
}

/**
 * Creates a queue. When `reconcile` throws an ApiError, the queue retries with exponential backoff
 * from 10 ms to 5 s. Timers do not keep the process alive.
 */
export function workQueue(reconcile: (key: string) => void): WorkQueue {
  const pending = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;
  let drain: NodeJS.Immediate | undefined;

  const later = (key: string, delayMs: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      add(key);
    }, delayMs);
    timer.unref();
    timers.add(timer);
  };
  const attempt = (key: string): void => {
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      // Any other error is a bug in the sandbox, which a retry would hide.
      if (!(error instanceof ApiError)) throw error;
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      later(key, Math.min(firstRetryMs * 2 ** count, longestRetryMs));
    }
  };
  const run = (): void => {
    drain = undefined;
    const keys = [...pending];
    pending.clear();
    for (const key of keys) if (!isStopped) attempt(key);
  };
  const add = (key: string, delayMs = 0): void => {
    if (isStopped) return;
    if (delayMs > 0) {
      later(key, delayMs);
      return;
    }
    pending.add(key);
    drain ??= setImmediate(run);
  };
  const stop = (): void => {
    isStopped = true;
    clearImmediate(drain);
    for (const timer of timers) clearTimeout(timer);
  };
  return { add, stop };
}
