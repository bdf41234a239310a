import type { Clock, HolderPort } from '../ports/machine.ts';
import type { LeaseRecord } from './record.ts';

/** Duration of a Lease that gives none, and the maximum duration; milliseconds. */
const standardMs = 60_000;
const longestMs = 3_600_000;

/** Decides whether another holder's Lease has expired, from observations on the local clock only. */
export class Observer {
  readonly #clock: Clock;
  readonly #holder: HolderPort;
  #seen = '';
  #seenAt = 0;

  constructor(clock: Clock, holder: HolderPort) {
    this.#clock = clock;
    this.#holder = holder;
  }

  /**
   * Reports whether this syncer may take the Lease: its holder released it, did not renew it for its
   * duration, or has ended.
   */
  isFree(record: LeaseRecord): boolean {
    if (record.holder === '' || this.#holder.hasEnded(record.process)) return true;
    const now = this.#clock.uptime();
    const text = JSON.stringify(record);
    if (text !== this.#seen) this.#seenAt = now;
    this.#seen = text;
    const { durationMs } = record;
    return now - this.#seenAt >= (durationMs > 0 ? Math.min(durationMs, longestMs) : standardMs);
  }
}
