/**
 * Fields that the API server has filled in, and that a change of another field now forbids: the
 * `rollingUpdate` of a Deployment whose strategy becomes `Recreate`. An apply drops only what it
 * owns, and nobody owns a default. So it is made ours first.
 */
import type { JsonObject, KubeObject } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { managedFieldsOf } from '../ownership/managed-fields.ts';
import { withOwned } from '../ownership/reclaim.ts';
import { noAbort } from '../pace/no-abort.ts';

/**
 * Makes ours the defaults that an apply was refused for.
 *
 * @returns whether the apply can be tried again
 */
export async function ownStrayDefaults(
  member: Member,
  desired: KubeObject,
  { forbiddenFields }: ClusterError,
): Promise<boolean> {
  if (forbiddenFields.length === 0) return false;
  const live = await member.port.read(refFor(desired), noAbort);
  if (live === undefined) return false;
  const paths = forbiddenFields.map((field) => field.split('.'));
  if (!paths.every((path) => isStrayDefault(path, live, desired))) return false;
  const added = paths.map((path) => fieldsBelow(path, live));
  await member.port.patchManagedFields(live, withOwned(live, desired.apiVersion, added), noAbort);
  return true;
}

/** Whether the live object has a field that the manifest does not have, and that nobody owns. */
function isStrayDefault(path: readonly string[], live: KubeObject, desired: KubeObject): boolean {
  const isOwned = managedFieldsOf(live).some(({ fieldsV1 }) =>
    path.reduce<unknown>((fields, name) => Object(fields)[`f:${name}`], fieldsV1),
  );
  return !isOwned && valueAt(desired, path) === undefined && valueAt(live, path) !== undefined;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => Object(value)[name], object);
}

/** The field at a path and everything below it, as managed fields name them. */
function fieldsBelow(path: readonly string[], live: KubeObject): JsonObject {
  return path.reduceRight<JsonObject>(
    (below, name) => ({ [`f:${name}`]: below }),
    ownership(valueAt(live, path)),
  );
}

function ownership(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const fields = Object.entries(value).map(([name, item]) => [`f:${name}`, ownership(item)]);
  return { '.': {}, ...Object.fromEntries(fields) };
}
