/** Kubernetes objects in the sandbox: plain JSON, which is copied before it is changed. */

export type Value = null | boolean | number | bigint | string | Value[] | Fields;

/** Reports whether a value is an integer; those beyond the precision of a number are bigints. */
export function isInteger(value: Value): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

export type Fields = { [key: string]: Value };

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

export type ManagedFieldsEntry = {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  /** RFC 3339 with a resolution of one second. */
  time?: string;
  fieldsType?: string;
  fieldsV1?: Fields;
  subresource?: string;
};

export type Meta = {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
};

export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  [field: string]: Value;
};

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at `path`, or undefined when a step of the path is absent. A step into a list is an index. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isFields(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

export function textAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Value | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(value: Value | undefined, ...path: readonly string[]): Value[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/**
 * Returns the object at `path`. When it is absent, returns an empty object that is not part of
 * `value`.
 */
export function fieldsAt(value: Value | undefined, ...path: readonly string[]): Fields {
  const found = valueAt(value, ...path);
  return isFields(found) ? found : {};
}

/** Compares JSON values. The order of keys is irrelevant, and an absent key differs from null. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
}

/** Formats a time as Kubernetes does: RFC 3339 in UTC, without fractions of a second. */
export function timestamp(at: Date = new Date()): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
