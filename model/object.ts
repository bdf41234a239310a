/** Kubernetes objects as plain JSON, and the names that identify them. */

/** A value that JSON can hold. An integer of 64 bits that a number cannot hold is a bigint (`model/json.ts`). */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** A map of fields whose values are not known yet. */
export type FieldMap = Readonly<Record<string, unknown>>;

/** Reports whether a value is a map, neither a list nor a scalar. */
export function isFieldMap(value: unknown): value is FieldMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path of field names; undefined if the value has no such path. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (isFieldMap(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined),
    value,
  );
}

/** `metadata` of a Kubernetes object. */
export interface ObjectMeta {
  readonly name: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Any Kubernetes object. Fields other than its identity depend on its kind. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** The apiVersion, divided into group and version, and the kind of an object. */
export interface GroupVersionKind {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function gvkOf({
  apiVersion,
  kind,
}: Pick<KubeObject, 'apiVersion' | 'kind'>): GroupVersionKind {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion, kind }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
}

/**
 * Identifies one object across API versions: `group/Kind/namespace/name`, with an empty group for
 * core kinds and an empty namespace for cluster-scoped objects. No part contains a slash.
 */
export type ObjectKey = `${string}/${string}/${string}/${string}`;

/** Returns the key of an object. */
export function keyOf(object: KubeObject): ObjectKey {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Names an object in machine-readable output: `apps/v1/Deployment/shop/web`, `v1/Namespace/shop`. */
export function referenceTo({ apiVersion, kind, metadata }: KubeObject): string {
  const { namespace, name } = metadata;
  return [apiVersion, kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

/** Names an object in messages: `Deployment default/web`, `ClusterRole admin`. */
export function describeObject(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** Compares texts by UTF-16 code unit, so that the order does not depend on a locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
