import type { ObjectKey } from '#model/object.ts';

/**
 * Time for which the API server may still count a deleted object, in milliseconds. Its admission plug-ins and
 * the quota controller learn of a deletion later, and finalizers can delay it.
 */
const lingersMs = 120_000;

/** Remembers the objects for which the syncer has just deleted the object that was in their way. */
export class Replacements {
  readonly #since = new Map<ObjectKey, number>();

  /** @param now - milliseconds since the epoch */
  note(key: ObjectKey, now: number): void {
    this.#since.set(key, now);
  }

  /** Reports whether the deleted object may still be in the way. */
  isRecent(key: ObjectKey, now: number): boolean {
    const since = this.#since.get(key);
    if (since === undefined) return false;
    if (now - since < lingersMs) return true;
    this.#since.delete(key);
    return false;
  }
}
