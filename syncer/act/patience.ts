import { addAbortListener } from 'node:events';
import { stopTimes } from '../pace/stop-time.ts';
import type { Clock } from '../ports/machine.ts';

interface Wait {
  /** When the wait ends, in milliseconds on the monotonic clock. */
  readonly until: number;
  readonly end: () => void;
}

/**
 * Waits for several actions, each for the same time and until a stop. All of them share a timer and a listener, because
 * most actions end long before.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #stop: AbortSignal;
  /** In the order of their ends. */
  readonly #waits = new Set<Wait>();
  #rest: AbortController | undefined;
  #listener: Disposable | undefined;

  /** @param ms - time for each action, in milliseconds */
  constructor(clock: Clock, ms: number, stop: AbortSignal) {
    this.#clock = clock;
    this.#ms = ms;
    this.#stop = stop;
  }

  /** Whether the patience waits for no action. */
  get isIdle(): boolean {
    return this.#waits.size === 0;
  }

  /** Resolves to true when the action ends, and to false when it takes too long. */
  async endsInTime(ended: Promise<true>): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<false>();
    const wait = { until: this.#clock.uptime() + this.#ms, end: () => resolve(false) };
    this.#waits.add(wait);
    this.#begin();
    try {
      return await Promise.race([ended, late]);
    } finally {
      this.#waits.delete(wait);
      if (this.isIdle) this.#end();
    }
  }

  #begin(): void {
    if (this.#rest !== undefined) return;
    const rest = new AbortController();
    this.#rest = rest;
    this.#listener = addAbortListener(this.#stop, () => void this.#stopped(rest.signal));
    void this.#watch(rest.signal);
  }

  #end(): void {
    this.#listener?.[Symbol.dispose]();
    // Without a reason, an abort makes an error with a stack.
    this.#rest?.abort('the actions have ended');
    this.#rest = undefined;
  }

  /** Ends each wait in its time. */
  async #watch(rest: AbortSignal): Promise<void> {
    for (let [first] = this.#waits; first !== undefined && !rest.aborted; [first] = this.#waits) {
      const ms = first.until - this.#clock.uptime();
      if (ms > 0) await this.#clock.sleep(ms, rest).catch(() => {});
      else {
        this.#waits.delete(first);
        first.end();
      }
    }
    if (!rest.aborted) this.#end();
  }

  /** After a stop, the objects in progress have a little time left. */
  async #stopped(rest: AbortSignal): Promise<void> {
    await this.#clock.sleep(stopTimes.objects, rest).catch(() => {});
    if (rest.aborted) return;
    for (const { end } of this.#waits) end();
    this.#waits.clear();
    this.#end();
  }
}
