import type { KubeObject } from '#model/object.ts';
import { jsonDigest } from '../ownership/digest.ts';
import { ownedFieldsOf } from '../ownership/managed-fields.ts';
import { leftoversOf } from '../ownership/reclaim.ts';

/**
 * Fingerprint of the fields that we own in a live object, of when we last wrote them, and of what
 * people have set beside them. It changes exactly when somebody changed or removed a value that we
 * set (the API server then takes the field from us), or added one by hand; status, defaults and
 * controllers' fields leave it alone. So drift is seen without the object's body, and without a dry
 * run. '' when we own nothing.
 *
 * Source: Kubernetes' reference on server-side apply, "field management".
 */
export function fingerprintOf(object: KubeObject): string {
  const ours = ownedFieldsOf(object);
  if (ours === undefined) return '';
  const leftovers = leftoversOf(object).map(({ fieldsV1 }) => fieldsV1);
  return jsonDigest({
    ...ours.fieldsV1,
    time: ours.time ?? '',
    ...(leftovers.length > 0 && { leftovers }),
  });
}
