/** Keys to reconcile, each once however often it is asked for. */
import { ApiError } from '../status.ts';

const firstRetryMs = 10;
const longestRetryMs = 5_000;

export interface WorkQueue {
  /** Reconciles `key` soon, after the write that is under way; or after `delayMs`. */
  add(key: string, delayMs?: number): void;
  /** Forgets everything, for good. */
  stop(): void;
}

/**
 * A queue whose `reconcile` throws to be called again: at first after 10 ms, then ever later.
 * Timers do not keep the process alive.
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
      // Anything else is a fault of the sandbox, and trying again would hide it.
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
