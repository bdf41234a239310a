import type { ObjectKey } from '#model/object.ts';
import type { DriftedField } from '../observe/drift.ts';
import type { Action } from './plan.ts';

/** The drift of an object: its changed fields, or its deletion. */
export type FoundDrift = readonly DriftedField[] | 'deleted';

interface Inspection {
  /** Version of the live object that the syncer inspected; '' if the object is gone. */
  readonly resourceVersion: string;
  /** The drift of that version, one text for each field; empty if the version has not drifted. */
  readonly drifts: ReadonlySet<string>;
}

/** Remembers the objects whose drift the syncer only reports, so that it reports each drift once. */
export class Drifts {
  readonly #seen = new Map<ObjectKey, Inspection>();

  /** Returns whether this version of the object has drifted; undefined if the syncer has not inspected this version. */
  found(key: ObjectKey, resourceVersion: string): boolean | undefined {
    const seen = this.#seen.get(key);
    return seen?.resourceVersion === resourceVersion ? seen.drifts.size > 0 : undefined;
  }

  /**
   * Records an inspection, and returns the drift that the syncer has not reported yet; undefined
   * if it has reported all of the drift.
   *
   * @param resourceVersion - version of the live object; '' if the object is gone
   */
  note(key: ObjectKey, resourceVersion: string, found: FoundDrift): FoundDrift | undefined {
    const before = this.#seen.get(key)?.drifts ?? new Set();
    const changes = found === 'deleted' ? [] : found;
    const drifts = new Set(found === 'deleted' ? ['deleted'] : changes.map(textOf));
    this.#seen.set(key, { resourceVersion, drifts });
    if (found === 'deleted') return before.has('deleted') ? undefined : found;
    const fresh = changes.filter((change) => !before.has(textOf(change)));
    return fresh.length === 0 ? undefined : fresh;
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

/** The time of a manager's last write also changes when the manager writes other fields. */
function textOf({ path, desired, live, manager }: DriftedField): string {
  return JSON.stringify([path, desired, live, manager]);
}
