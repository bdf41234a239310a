import type { ObjectKey } from '#model/object.ts';

/** Corrections of one object that are made at once; from then on they are spaced. */
const freeCorrections = 5;

/** After this long in peace an object's count starts over, in milliseconds. */
const peaceMs = 10 * 60_000;

const maxPauseMs = 5 * 60_000;

/**
 * Spaces the corrections of an object that somebody else keeps changing, so that two controllers
 * that disagree don't write for ever at full speed.
 */
export class FightDetector {
  readonly #corrections = new Map<ObjectKey, { readonly count: number; readonly at: number }>();

  /** Milliseconds until the object may be corrected again; 0 when it may be now. */
  pauseMs(key: ObjectKey, now: number): number {
    const last = this.#corrections.get(key);
    if (last === undefined || last.count < freeCorrections) return 0;
    const pause = Math.min(maxPauseMs, 1000 * 2 ** (last.count - freeCorrections));
    return Math.max(0, last.at + pause - now);
  }

  corrected(key: ObjectKey, now: number): void {
    const last = this.#corrections.get(key);
    const count = last === undefined || now - last.at > peaceMs ? 0 : last.count;
    this.#corrections.set(key, { count: count + 1, at: now });
  }
}
