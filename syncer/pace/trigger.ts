import type { Clock } from '../ports/machine.ts';

/** A bell that a loop sleeps by: rings that come while it is awake are kept. */
export class Trigger {
  #isFired = false;
  #isSet = false;
  #resolve: (() => void) | undefined;

  fire(): void {
    this.#isFired = true;
    this.#resolve?.();
  }

  /** Rings once for everything that asks for it meanwhile. */
  fireAfter(ms: number, clock: Clock): void {
    if (this.#isSet) return;
    this.#isSet = true;
    void clock.sleep(ms, new AbortController().signal).then(() => {
      this.#isSet = false;
      this.fire();
    });
  }

  /** Resolves at the next ring, at once if one was missed, or after `ms`; also when stopped. */
  async wait(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    if (!this.#isFired && !stop.aborted) {
      const waiting = new AbortController();
      const signal = AbortSignal.any([waiting.signal, stop]);
      const rings = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      const sleeps = Number.isFinite(ms) ? clock.sleep(ms, signal) : forever(signal);
      await Promise.race([rings, sleeps.catch(() => {})]);
      waiting.abort();
    }
    this.#isFired = false;
    this.#resolve = undefined;
  }
}

function forever(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
