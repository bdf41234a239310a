import * as v from 'valibot';
import type { KubeObject, ObjectMeta } from '#model/object.ts';

const namespace = v.pipe(
  v.string(),
  v.regex(/^(|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/, 'is not a valid name of a namespace'),
);

export const stringMap: v.GenericSchema<unknown, Readonly<Record<string, string>>> = v.record(
  v.string(),
  v.string(),
);

const metadata = {
  name: v.pipe(v.string(), v.nonEmpty('is empty')),
  namespace: v.exactOptional(namespace),
  labels: v.exactOptional(stringMap),
  annotations: v.exactOptional(stringMap),
};

/** `metadata` of the kinds of Karmada and Regatta. */
export const objectMeta: v.GenericSchema<unknown, ObjectMeta> = v.looseObject({
  ...metadata,
  name: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/, 'is not a valid name of a Kubernetes object'),
  ),
});

const head = {
  apiVersion: v.pipe(
    v.string(),
    v.regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[a-z][a-z0-9]*$/, 'is not an API version'),
  ),
  kind: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]*$/, 'is not a kind')),
};

/** Any Kubernetes object: the fields that every kind has. The rule for the name depends on the kind. */
export const kubeObject: v.GenericSchema<unknown, KubeObject> = v.looseObject({
  ...head,
  metadata: v.looseObject(metadata),
});

/** Any object of Karmada's or Regatta's kinds. */
export const ownObject: v.GenericSchema<unknown, KubeObject> = v.looseObject({
  ...head,
  metadata: objectMeta,
});
