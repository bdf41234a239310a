import type { KubeObject } from '#model/object.ts';
import type { Clock } from '../ports/machine.ts';
import { readRecord } from './record.ts';

/**
 * Duration of a Lease after each renewal, in milliseconds. After a minute without writes it lasts longer and
 * the syncer renews it less often: 200 idle clusters then cost one process about three small writes a second.
 */
export const busyMs = 60_000;
export const idleMs = 240_000;

/**
 * Shares of the duration. A write must begin before `writing`, and the syncer aborts it at `cut`, so that it
 * ends before another syncer may write. The syncer renews the Lease at `renewal` at the latest.
 */
const shares = { renewal: 5 / 12, writing: 8 / 12, cut: 11 / 12 };

/** A moment on both clocks, because someone may set the wall clock, and the monotonic clock may stop. Milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly up: number;
}

/** Returns the current moment. */
export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), up: clock.uptime() };
}

interface TenureOptions {
  readonly clock: Clock;
  readonly live: KubeObject;
  /** When the syncer sent the request that acquired or renewed the Lease. */
  readonly since: Moment;
  /** Aborted when writes must end. A renewal keeps the same controller. */
  readonly fence: AbortController;
}

/** A Lease that this syncer holds. */
export class HeldLease {
  readonly live: KubeObject;
  readonly fence: AbortController;
  readonly #clock: Clock;
  readonly #since: Moment;
  readonly durationMs: number;

  constructor({ clock, live, since, fence }: TenureOptions) {
    this.#clock = clock;
    this.live = live;
    this.#since = since;
    this.fence = fence;
    this.durationMs = readRecord(live).durationMs;
  }

  /** Reports whether a write may begin now. */
  get isOpen(): boolean {
    return this.#ageMs < this.durationMs * shares.writing;
  }

  /** Milliseconds until writes must end; 0 when the time is over. */
  get cutInMs(): number {
    return Math.max(0, this.durationMs * shares.cut - this.#ageMs);
  }

  /** Maximum time between two renewals, in milliseconds. */
  get renewAfterMs(): number {
    return this.durationMs * shares.renewal;
  }

  /** Milliseconds since the last renewal, by the clock that shows more. */
  get #ageMs(): number {
    const { wall, up } = momentOf(this.#clock);
    return Math.max(wall - this.#since.wall, up - this.#since.up);
  }
}
