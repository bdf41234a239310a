import type { ObjectKey } from '#model/object.ts';
import type { Action } from './plan.ts';

interface Inspection {
  readonly resourceVersion: string;
  readonly drifted: boolean;
}

/** Remembers the objects whose drift the syncer only reports, so that it reports each drift once. */
export class Drifts {
  readonly #seen = new Map<ObjectKey, Inspection>();

  /** Returns whether this version of the object has drifted; undefined if the syncer has not inspected this version. */
  found(key: ObjectKey, resourceVersion: string): boolean | undefined {
    const seen = this.#seen.get(key);
    return seen?.resourceVersion === resourceVersion ? seen.drifted : undefined;
  }

  /**
   * Records an inspection.
   *
   * @param resourceVersion - version of the live object; '' if the object is gone
   */
  note(key: ObjectKey, resourceVersion: string, drifted: boolean): void {
    this.#seen.set(key, { resourceVersion, drifted });
  }

  /** Forgets the objects whose drift a plan no longer only reports. */
  keep(actions: readonly Action[]): void {
    if (this.#seen.size === 0) return;
    const reported = new Set(
      actions.flatMap(({ type, key }) => (type === 'report-drift' ? [key] : [])),
    );
    for (const key of this.#seen.keys()) if (!reported.has(key)) this.#seen.delete(key);
  }
}
