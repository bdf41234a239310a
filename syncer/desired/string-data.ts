import { Buffer } from 'node:buffer';
import { isFieldMap, type KubeObject } from '#model/object.ts';

/**
 * Moves a Secret's `stringData` into `data`, as an API server does. Otherwise a key that leaves `stringData`
 * would stay in the cluster, and a change of `data` by another manager would not count as drift, because
 * server-side apply records the ownership of fields under the names that the syncer sends.
 *
 * Source: Kubernetes' API reference, Secret v1, on stringData.
 */
export function withStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isFieldMap(stringData))
    return object;
  const entries = Object.entries(stringData);
  // The API server rejects values that are not strings.
  if (!entries.every(([, value]) => typeof value === 'string')) return object;
  const coded = entries.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  const data = { ...(isFieldMap(rest.data) ? rest.data : {}), ...Object.fromEntries(coded) };
  return { ...rest, data };
}
