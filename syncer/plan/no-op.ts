import type { JsonObject, KubeObject } from '#model/object.ts';
import { driftOf } from '../observe/drift.ts';
import { jsonDigest } from '../ownership/digest.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';

/**
 * Whether an apply of `wanted` would change neither the live object nor what we own in it.
 *
 * @param merged - what a dry run of that apply gives
 */
export function isNoOpApply(toApply: KubeObject, live: KubeObject, merged: KubeObject): boolean {
  const owned = (object: KubeObject) => {
    const fields = ownedFieldsOf(object)?.fieldsV1;
    return fields === undefined ? '' : jsonDigest(withoutEmpties(fields, toApply));
  };
  return owned(live) === owned(merged) && driftOf(live, merged).length === 0;
}

/**
 * A field set without what the manifest sets to nothing: null, {} or []. Servers keep no such
 * value, so the next writer of anything takes the field from us, and an apply gets it back: the
 * two would write in turns for ever.
 */
function withoutEmpties(fields: JsonObject, toApply: unknown): JsonObject {
  const kept = Object.entries(fields).flatMap(([name, inner]) => {
    const value = valueAt(toApply, name);
    if (value === undefined) return [[name, inner] as const];
    return isEmpty(value) ? [] : [[name, withoutEmpties(inner as JsonObject, value)] as const];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** What a manifest has where a step of FieldsV1 leads: `f:name`, `k:{"name":"web"}`. */
function valueAt(toApply: unknown, step: string): unknown {
  if (typeof toApply !== 'object' || toApply === null) return undefined;
  if (step.startsWith('f:')) return (toApply as JsonObject)[step.slice(2)];
  if (!step.startsWith('k:') || !Array.isArray(toApply)) return undefined;
  const identity = Object.entries(JSON.parse(step.slice(2)) as JsonObject);
  // What the item leaves out is a default of its kind.
  return toApply.find((item: JsonObject | null) =>
    identity.every(([field, value]) => [undefined, value].includes(item?.[field])),
  );
}
