import { parseJson } from '#model/json.ts';
import type { JsonObject, KubeObject } from '#model/object.ts';
import { driftOf } from '../observe/drift.ts';
import { jsonDigest } from '../ownership/digest.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import { fleetLabel } from '../ownership/names.ts';

/**
 * Reports whether an apply would change neither the live object nor the fields that its manager owns in it. The
 * label with the name of the fleet does not count: an object gets it with its next change.
 *
 * @param merged - the result of a dry run of that apply
 */
export function isNoOpApply(
  toApply: KubeObject,
  live: KubeObject,
  merged: KubeObject,
  manager: string,
): boolean {
  const owned = (object: KubeObject) => {
    const fields = ownedFieldsOf(object, manager)?.fieldsV1;
    return fields && jsonDigest(withoutFleet(withoutEmpties(fields, toApply)));
  };
  return owned(live) === owned(merged) && driftOf(live, merged, { manager }).length === 0;
}

function withoutFleet(fields: JsonObject): JsonObject {
  const { [`f:${fleetLabel}`]: _, ...labels } = Object(Object(fields['f:metadata'])['f:labels']);
  return { ...fields, 'f:metadata': { ...Object(fields['f:metadata']), 'f:labels': labels } };
}

/**
 * Returns a field set without the fields that the manifest sets to null, {} or []. API servers do not
 * store such values, so that the next write by another manager takes the field from Regatta, and an
 * apply takes it back: the two would write in turns indefinitely.
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

/** Returns the value at a step of FieldsV1, such as `f:name` or `k:{"name":"web"}`. */
function valueAt(toApply: unknown, step: string): unknown {
  if (typeof toApply !== 'object' || toApply === null) return undefined;
  if (step.startsWith('f:')) return (toApply as JsonObject)[step.slice(2)];
  if (!step.startsWith('k:') || !Array.isArray(toApply)) return undefined;
  const identity = Object.entries(parseJson(step.slice(2)) as JsonObject);
  // The item may lack a key field that has its default value.
  return toApply.find((item: JsonObject | null) =>
    identity.every(([field, value]) => [undefined, value].includes(item?.[field])),
  );
}
