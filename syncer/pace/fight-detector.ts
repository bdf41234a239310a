import type { ObjectKey } from '#model/object.ts';

/** Number of immediate corrections of one object. The syncer delays further ones. */
const freeCorrections = 5;

/** Time without corrections after which an object's count restarts, in milliseconds. */
const quietMs = 10 * 60_000;

const maxPauseMs = 5 * 60_000;

/**
 * Delays the corrections of an object that another manager changes repeatedly, so that two disagreeing
 * controllers do not write at full speed indefinitely.
 */
export class FightDetector {
  readonly #corrections = new Map<ObjectKey, { readonly count: number; readonly at: number }>();

  /** Milliseconds until the syncer may correct the object again; 0 if it may correct the object now. */
  pauseMs(key: ObjectKey, now: number): number {
    const last = this.#corrections.get(key);
    if (last === undefined || last.count < freeCorrections) return 0;
    const pause = Math.min(maxPauseMs, 1000 * 2 ** (last.count - freeCorrections));
    return Math.max(0, last.at + pause - now);
  }

  /** Number of objects whose corrections count. */
  get size(): number {
    return this.#corrections.size;
  }

  corrected(key: ObjectKey, now: number): void {
    this.#forgetQuiet(now);
    const last = this.#corrections.get(key);
    // The oldest correction comes first.
    this.#corrections.delete(key);
    this.#corrections.set(key, { count: (last?.count ?? 0) + 1, at: now });
  }

  #forgetQuiet(now: number): void {
    for (const [key, { at }] of this.#corrections) {
      if (now - at <= quietMs) return;
      this.#corrections.delete(key);
    }
  }
}
