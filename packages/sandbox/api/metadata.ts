/** Sets the metadata fields that the API server owns, and validates the fields that clients set. */
import { randomBytes, randomUUID } from 'node:crypto';
import { pathSegmentFaults, subdomainFaults } from '../kinds/names.ts';
import { type KubeObject, type Meta, timestamp } from '../object.ts';
import { namedOf, type Resource } from '../resources/resource.ts';
import { type Cause, conflict, invalidValue, required } from '../status.ts';

/** Alphabet of generated names; without vowels, so that they contain no words. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** Sets name, uid, creation time and generation of a new object, in place. */
export function beginLife(resource: Resource, { metadata }: KubeObject): void {
  if (metadata.name === '' && metadata.generateName) {
    metadata.name = `${metadata.generateName.slice(0, 58)}${randomSuffix(5)}`;
  }
  metadata.uid = randomUUID();
  metadata.creationTimestamp = timestamp();
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  if (resource.counted) metadata.generation = 1;
}

function randomSuffix(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}

const serverFields = [
  'uid',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generateName',
  'resourceVersion',
] as const;

/** Copies the metadata fields that the server owns from the live object, in place. */
export function continueLife(metadata: Meta, live: Meta): void {
  for (const name of serverFields) delete metadata[name];
  const kept = serverFields.filter((name) => live[name] !== undefined);
  Object.assign(metadata, Object.fromEntries(kept.map((name) => [name, live[name]])));
}

/**
 * Checks the uid and resourceVersion that a client sent.
 *
 * @throws ApiError 409 when the uid differs or the resourceVersion is stale
 */
export function checkPreconditions(
  resource: Resource,
  sent: { readonly uid?: string; readonly resourceVersion?: string },
  live: Meta,
): void {
  const { uid, resourceVersion } = sent;
  if (uid && uid !== live.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.uid}`;
    throw conflict(namedOf(resource), live.name, why);
  }
  if (resourceVersion && resourceVersion !== live.resourceVersion) {
    const why =
      'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict(namedOf(resource), live.name, why);
  }
}

/** Kinds whose names must only be valid path segments of a URL. */
const looselyNamed = new Set(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);

/** Validates name, labels, annotations and finalizers. */
export function metadataFaults(resource: Resource, { metadata }: KubeObject): Cause[] {
  const { name, labels = {}, annotations = {}, finalizers = [] } = metadata;
  return [
    ...nameFaults(resource.kind, name),
    ...Object.entries(labels).flatMap(([key, value]) => [
      ...keyFaults('metadata.labels', key),
      ...labelValueFaults(value),
    ]),
    ...Object.keys(annotations).flatMap((key) => keyFaults('metadata.annotations', key)),
    ...finalizers.flatMap((finalizer, index) => finalizerFaults(resource, finalizer, index)),
  ];
}

/** Rejects new finalizers on an object that is being deleted. */
export function lateFinalizers(metadata: Meta, live: Meta): Cause[] {
  if (live.deletionTimestamp === undefined) return [];
  const held = new Set(live.finalizers);
  const late = (metadata.finalizers ?? []).filter((finalizer) => !held.has(finalizer));
  if (late.length === 0) return [];
  const list = late.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [
    { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'metadata.finalizers' },
  ];
}

function nameFaults(kind: string, name: string): Cause[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  if (looselyNamed.has(kind)) return pathSegmentFaults('metadata.name', name);
  // The strategies of these kinds check stricter rules.
  if (kind === 'Namespace' || kind === 'Service') return [];
  return subdomainFaults('metadata.name', name);
}

const part = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

function keyFaults(field: string, key: string): Cause[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? [] : subdomainFaults(field, key.slice(0, slash));
  if (prefix.length > 0) return [invalidValue(field, key, 'prefix part must be a DNS subdomain')];
  const name = key.slice(slash + 1);
  if (name.length <= 63 && new RegExp(`^${part}$`).test(name)) return [];
  const why = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${part}')`;
  return [invalidValue(field, key, why)];
}

function labelValueFaults(value: string): Cause[] {
  if (value.length > 63) {
    return [invalidValue('metadata.labels', value, 'must be no more than 63 bytes')];
  }
  if (new RegExp(`^(${part})?$`).test(value)) return [];
  const why = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${part})?')`;
  return [invalidValue('metadata.labels', value, why)];
}

const standardFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function finalizerFaults(resource: Resource, finalizer: string, index: number): Cause[] {
  const field = `metadata.finalizers[${index}]`;
  if (standardFinalizers.has(finalizer)) return [];
  // apiextensions-apiserver, which serves definitions and custom resources, requires no slash.
  const isCoreKind = resource.custom === undefined && resource.group !== 'apiextensions.k8s.io';
  if (isCoreKind && !finalizer.includes('/')) {
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalidValue(field, finalizer, why)];
  }
  return keyFaults(field, finalizer);
}
