import type { Clock } from '../ports/machine.ts';

/** Trigger wakes a sleeping loop. A trigger that fires while the loop runs ends its next wait at once. */
export class Trigger {
  #isFired = false;
  #isSet = false;
  #resolve: (() => void) | undefined;

  fire(): void {
    this.#isFired = true;
    this.#resolve?.();
  }

  /** Fires once after `ms`. Further calls until then have no effect. */
  fireAfter(ms: number, clock: Clock): void {
    if (this.#isSet) return;
    this.#isSet = true;
    void clock.sleep(ms, new AbortController().signal).then(() => {
      this.#isSet = false;
      this.fire();
    });
  }

  /** Resolves when the trigger fires, at once if it fired since the last wait, after `ms`, or when stopped. */
  async wait(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    if (!this.#isFired && !stop.aborted) {
      const waiting = new AbortController();
      const signal = AbortSignal.any([waiting.signal, stop]);
      const rings = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      const sleeps = Number.isFinite(ms) ? clock.sleep(ms, signal) : aborted(signal);
      await Promise.race([rings, sleeps.catch(() => {})]);
      waiting.abort();
    }
    this.#isFired = false;
    this.#resolve = undefined;
  }
}

/** Resolves when a signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
