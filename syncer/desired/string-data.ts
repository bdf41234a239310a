import { Buffer } from 'node:buffer';
import { isFieldMap, type KubeObject } from '#model/object.ts';

/**
 * A Secret whose `stringData` is in `data`, as an API server would put it there. Server-side apply
 * knows what fields are whose by their names as they were sent: a key that leaves `stringData` would
 * stay in the cluster, and what somebody else writes into `data` would not be seen.
 *
 * Source: Kubernetes' API reference, Secret v1, on stringData.
 */
export function withStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isFieldMap(stringData))
    return object;
  const entries = Object.entries(stringData);
  // What is no text is for the API server to refuse.
  if (!entries.every(([, value]) => typeof value === 'string')) return object;
  const coded = entries.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  const data = { ...(isFieldMap(rest.data) ? rest.data : {}), ...Object.fromEntries(coded) };
  return { ...rest, data };
}
