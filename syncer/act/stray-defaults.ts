/**
 * Handles defaults that a change of another field now forbids, such as the `rollingUpdate` of a
 * Deployment whose strategy becomes `Recreate`. An apply removes only the fields that it owns, and no
 * manager owns a default. The syncer therefore takes over such defaults first.
 */
import type { JsonObject, KubeObject } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { managedFieldsOf } from '../ownership/managed-fields.ts';
import { withOwned } from '../ownership/reclaim.ts';
import { noAbort } from '../ports/no-abort.ts';

/**
 * Takes over the defaults for which the API server rejected an apply.
 *
 * @returns whether the caller can retry the apply
 */
export async function ownStrayDefaults(
  member: Member,
  desired: KubeObject,
  error: ClusterError,
): Promise<boolean> {
  if (error.forbiddenFields.length === 0) return false;
  const live = await member.port.read(refFor(desired), noAbort);
  const paths = live === undefined ? [] : strayDefaults(desired, live, error);
  if (live === undefined || paths.length === 0) return false;
  const added = paths.map((path) => fieldsBelow(path, live));
  const { manager } = member.owner.names;
  const managedFields = withOwned(live, desired.apiVersion, manager, added);
  await member.port.patchOwnership(live, { manager, managedFields }, noAbort);
  return true;
}

/** Returns the defaults in the live object for which the API server rejects an apply; none if it has other reasons, too. */
export function strayDefaults(
  desired: KubeObject,
  live: KubeObject,
  { forbiddenFields }: ClusterError,
): readonly (readonly string[])[] {
  const paths = forbiddenFields.map((field) => field.split('.'));
  return paths.every((path) => isStrayDefault(path, live, desired)) ? paths : [];
}

/** Reports whether only the live object has the field, and no manager owns it. */
function isStrayDefault(path: readonly string[], live: KubeObject, desired: KubeObject): boolean {
  const isOwned = managedFieldsOf(live).some(({ fieldsV1 }) =>
    path.reduce<unknown>((fields, name) => Object(fields)[`f:${name}`], fieldsV1),
  );
  return !isOwned && valueAt(desired, path) === undefined && valueAt(live, path) !== undefined;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => Object(value)[name], object);
}

/** Returns the field at a path and all fields below it, as FieldsV1. */
function fieldsBelow(path: readonly string[], live: KubeObject): JsonObject {
  return path.reduceRight<JsonObject>(
    (below, name) => ({ [`f:${name}`]: below }),
    fieldSetOf(valueAt(live, path)),
  );
}

function fieldSetOf(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const fields = Object.entries(value).map(([name, item]) => [`f:${name}`, fieldSetOf(item)]);
  return { '.': {}, ...Object.fromEntries(fields) };
}
