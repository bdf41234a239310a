import { gvkOf, isFieldMap, type KubeObject, type ObjectKey } from '#model/object.ts';

/** Time for which an API server may still have the old schema of a kind, in milliseconds. */
const lingersMs = 30_000;

/** Remembers the kinds whose CustomResourceDefinition the syncer has just changed. */
export class RecentDefinitions {
  readonly #since = new Map<string, number>();

  /**
   * Records a change of an object. Objects other than definitions do not matter.
   *
   * @param now - milliseconds since the epoch
   */
  note(object: KubeObject, now: number): void {
    const { spec } = object;
    if (gvkOf(object).kind !== 'CustomResourceDefinition' || !isFieldMap(spec)) return;
    const { group, names } = spec;
    if (isFieldMap(names)) this.#since.set(`${group}/${names.kind}`, now);
  }

  /** Reports whether an API server may still have the old schema of the object's kind. */
  concern(key: ObjectKey, now: number): boolean {
    const since = this.#since.get(key.split('/').slice(0, 2).join('/'));
    return since !== undefined && now - since < lingersMs;
  }
}
