import type { KubeObject } from '#model/object.ts';
import type { Clock } from '../ports/machine.ts';
import { readRecord } from './record.ts';

/**
 * How long a Lease lasts after each renewal, for those who wait for it; milliseconds. Where nothing
 * was written for a minute it lasts longer, and is renewed less often: 200 idle clusters in one
 * process cost three small writes a second.
 */
export const busyMs = 60_000;
export const idleMs = 240_000;

/**
 * Shares of that. A write that begins before `writing` is over, and is cut off at `cut`, has ended
 * before anybody else may begin. `renewal` is when it is renewed at the latest.
 */
const shares = { renewal: 5 / 12, writing: 8 / 12, cut: 11 / 12 };

/** A moment by both clocks: one of them may be set, the other may stand still. */
export interface Moment {
  readonly wall: number;
  readonly up: number;
}

/** Now. */
export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), up: clock.uptime() };
}

interface TenureOptions {
  readonly clock: Clock;
  readonly live: KubeObject;
  /** When the request was made that got or renewed it. */
  readonly since: Moment;
  /** Aborted when writes have to be over; the same after a renewal. */
  readonly fence: AbortController;
}

/** A Lease while it is ours. */
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

  /** Whether a write may begin now. */
  get isOpen(): boolean {
    return this.#ageMs < this.durationMs * shares.writing;
  }

  /** Milliseconds until writes have to be over; 0 when they have. */
  get cutInMs(): number {
    return Math.max(0, this.durationMs * shares.cut - this.#ageMs);
  }

  /** How long after the last renewal it is to be renewed at the latest; milliseconds. */
  get renewAfterMs(): number {
    return this.durationMs * shares.renewal;
  }

  /** Milliseconds since it was renewed, by the clock that says more. */
  get #ageMs(): number {
    const { wall, up } = momentOf(this.#clock);
    return Math.max(wall - this.#since.wall, up - this.#since.up);
  }
}
