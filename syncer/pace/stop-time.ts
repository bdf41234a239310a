import type { Clock } from '../ports/machine.ts';
import { aborted } from './trigger.ts';

/**
 * When the parts of a stop end at the latest, whatever servers do, in milliseconds after the stop. The objects in
 * progress come first, then the Events, and the Lease last, because it allows the other writes.
 */
export const stopTimes = { objects: 1500, turns: 2500, events: 3200, lease: 4000, farewell: 4500 };

/** The time since a stop. */
export class StopTime {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  /** Milliseconds since the epoch; undefined before the stop. */
  #stoppedAt: number | undefined;

  constructor(clock: Clock, stop: AbortSignal) {
    this.#clock = clock;
    this.#stop = stop;
    const note = () => {
      this.#stoppedAt = clock.now();
    };
    if (stop.aborted) note();
    else stop.addEventListener('abort', note, { once: true });
  }

  /** Milliseconds until `ms` after the stop; `ms` before the stop. */
  leftMs(ms: number): number {
    const since = this.#stoppedAt ?? this.#clock.now();
    return Math.max(0, since + ms - this.#clock.now());
  }

  /** Milliseconds that remain for the last deliveries. */
  get farewellMs(): number {
    return this.leftMs(stopTimes.farewell);
  }

  /** Resolves when the work has ended, or to undefined `ms` after the stop. */
  async within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
    const ended = new AbortController();
    const either = AbortSignal.any([this.#stop, ended.signal]);
    const late = aborted(either).then(() => this.#clock.sleep(this.leftMs(ms), ended.signal));
    late.catch(() => {});
    try {
      return await Promise.race([work, late.then(() => undefined)]);
    } finally {
      ended.abort();
    }
  }
}
