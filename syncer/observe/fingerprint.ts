import type { KubeObject } from '#model/object.ts';
import { jsonDigest } from '../ownership/digest.ts';
import { type ManagedFields, ownedFieldsOf } from '../ownership/managed-fields.ts';
import { leftoversOf } from '../ownership/reclaim.ts';

/**
 * Returns a fingerprint of the fields that a fleet's manager owns in a live object, of the time of its last
 * write, and of the fields that people's tools added. It changes exactly when another manager changes
 * or removes a value that Regatta set (the API server then moves the field to that manager), or when
 * someone adds a field by hand. Status, defaults and controllers' fields do not change it. The syncer
 * therefore finds drift without the object's body and without a dry run. Returns '' if Regatta owns no field.
 *
 * Source: Kubernetes' reference on server-side apply, "field management".
 *
 * @param ours - what the manager owns, and what people's tools left: `ownedFieldsOf` and `leftoversOf` of the object
 */
export function fingerprintOf(
  object: KubeObject,
  manager: string,
  ours: ManagedFields | undefined = ownedFieldsOf(object, manager),
  left: readonly ManagedFields[] = leftoversOf(object, manager),
): string {
  if (ours === undefined) return '';
  const leftovers = left.map(({ fieldsV1 }) => fieldsV1);
  return jsonDigest({
    ...ours.fieldsV1,
    time: ours.time ?? '',
    ...(leftovers.length > 0 && { leftovers }),
  });
}
