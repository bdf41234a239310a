import type { Clock, HolderPort } from '../ports/machine.ts';
import type { LeaseRecord } from './record.ts';

/** Where a Lease gives no duration, or an absurd one; milliseconds. */
const standardMs = 60_000;
const longestMs = 3_600_000;

/** Judges Leases of others by what is seen of them, and never by what their clocks say. */
export class Observer {
  readonly #clock: Clock;
  readonly #holder: HolderPort;
  #seen = '';
  #seenAt = 0;

  constructor(clock: Clock, holder: HolderPort) {
    this.#clock = clock;
    this.#holder = holder;
  }

  /** Whether nobody counts on it any more: released, seen unchanged for its duration, or its holder has ended. */
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
