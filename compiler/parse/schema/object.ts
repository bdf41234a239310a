import * as v from 'valibot';
import type { KubeObject, ObjectMeta } from '#model/object.ts';

/** The syncer's rule for rendered files: safe in keys and paths. RBAC allows colons. */
const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/, 'is not a valid name of a Kubernetes object'),
);
const namespace = v.pipe(
  v.string(),
  v.regex(/^(|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/, 'is not a valid name of a namespace'),
);

export const stringMap: v.GenericSchema<unknown, Readonly<Record<string, string>>> = v.record(
  v.string(),
  v.string(),
);

export const objectMeta: v.GenericSchema<unknown, ObjectMeta> = v.looseObject({
  name,
  namespace: v.exactOptional(namespace),
  labels: v.exactOptional(stringMap),
  annotations: v.exactOptional(stringMap),
});

/** Any Kubernetes object: the fields that every kind has. */
export const kubeObject: v.GenericSchema<unknown, KubeObject> = v.looseObject({
  apiVersion: v.pipe(
    v.string(),
    v.regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[a-z][a-z0-9]*$/, 'is not an API version'),
  ),
  kind: v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z0-9]*$/, 'is not a kind')),
  metadata: objectMeta,
});
