import type { ObjectKey } from '#model/object.ts';
import type { Action } from './plan.ts';

interface Seen {
  readonly resourceVersion: string;
  readonly drifted: boolean;
}

/** Which drift was looked at and left, so that it is looked at and told once. */
export class Drifts {
  readonly #seen = new Map<ObjectKey, Seen>();

  /** What was found of an object as it is; undefined when it was not looked at. */
  found(key: ObjectKey, resourceVersion: string): boolean | undefined {
    const seen = this.#seen.get(key);
    return seen?.resourceVersion === resourceVersion ? seen.drifted : undefined;
  }

  /** @param resourceVersion - '' of an object that is gone */
  note(key: ObjectKey, resourceVersion: string, drifted: boolean): void {
    this.#seen.set(key, { resourceVersion, drifted });
  }

  /** Forgets what a plan does not leave any more. */
  keep(actions: readonly Action[]): void {
    if (this.#seen.size === 0) return;
    const left = new Set(
      actions.flatMap(({ type, key }) => (type === 'report-drift' ? [key] : [])),
    );
    for (const key of this.#seen.keys()) if (!left.has(key)) this.#seen.delete(key);
  }
}
