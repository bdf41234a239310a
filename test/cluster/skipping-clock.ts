import { systemClock } from '#io/clock.ts';
import type { Clock } from '#syncer/ports/machine.ts';

/** The machine's clock, which a test can set forward: sleeps whose time has come then end. */
export class SkippingClock implements Clock {
  #skippedMs = 0;
  readonly #sleepers = new Set<() => void>();

  now(): number {
    return systemClock.now() + this.#skippedMs;
  }

  uptime(): number {
    return systemClock.uptime() + this.#skippedMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    while (this.now() < until) {
      const skipped = new AbortController();
      const wake = () => skipped.abort();
      this.#sleepers.add(wake);
      const either = AbortSignal.any([signal, skipped.signal]);
      await systemClock.sleep(until - this.now(), either).catch(() => {});
      this.#sleepers.delete(wake);
      signal.throwIfAborted();
    }
  }

  /** Sets the clock forward in steps, and lets the syncer work for a moment after each. */
  async skip(ms: number, stepMs = 5000): Promise<void> {
    for (let skipped = 0; skipped < ms; skipped += stepMs) {
      this.#skippedMs += stepMs;
      for (const wake of [...this.#sleepers]) wake();
      await systemClock.sleep(40, new AbortController().signal);
    }
  }
}
