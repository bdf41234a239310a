/** Whose an object and its fields are, read from what the API server records of every write. */
import { createHash } from 'node:crypto';
import type { JsonObject, KubeObject } from '#model/object.ts';
import { applySetId, partOfLabel } from './applyset.ts';
import { fieldManager } from './ports.ts';

/** One entry of `metadata.managedFields`. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly apiVersion?: string;
  readonly fieldsV1?: JsonObject;
}

export function managedFieldsOf(object: KubeObject): readonly ManagedFields[] {
  const { managedFields } = object.metadata;
  return Array.isArray(managedFields) ? (managedFields as readonly ManagedFields[]) : [];
}

/** Whether the entry is what our server-side apply owns. */
function isOurs({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === fieldManager && operation === 'Apply' && !subresource;
}

/**
 * Fingerprint of the fields that we own in a live object, and of when we last wrote them. It
 * changes exactly when somebody changed or removed a value that we set: the API server then takes
 * the field from us, while status, defaults and other managers' fields leave it alone. So drift is
 * seen without the object's body, and without a dry run. '' when we own nothing.
 *
 * Source: Kubernetes' reference on server-side apply, "field management".
 */
export function fingerprintOf(object: KubeObject): string {
  const ours = managedFieldsOf(object).find(isOurs);
  if (ours === undefined) return '';
  const text = canonical({ ...ours.fieldsV1, time: ours.time ?? '' });
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const record = value as JsonObject;
  const fields = Object.keys(record).toSorted();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(record[field])}`).join()}}`;
}

const systemNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/**
 * Whether Kubernetes makes the object by itself, so that everybody shares it. It is merged into
 * without asking, and never deleted.
 */
export function isKubernetesOwn({ apiVersion, kind, metadata }: KubeObject): boolean {
  if (apiVersion !== 'v1') return false;
  if (kind === 'Namespace') return systemNamespaces.has(metadata.name);
  if (kind === 'ServiceAccount') return metadata.name === 'default';
  return kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt';
}

/**
 * Why a live object must not be taken over, or undefined when it may. Karmada's
 * `conflictResolution` decides: Abort unless the manifest carries its annotation for Overwrite.
 */
export function foreignReason(wanted: KubeObject, live: KubeObject): string | undefined {
  const owner = live.metadata.labels?.[partOfLabel];
  if (owner === applySetId || isKubernetesOwn(wanted)) return undefined;
  // Ours, though somebody took the label off.
  if (owner === undefined && managedFieldsOf(live).some(isOurs)) return undefined;
  const resolution = wanted.metadata.annotations?.['work.karmada.io/conflict-resolution'];
  if (resolution === 'overwrite') return undefined;
  const managers = new Set(managedFieldsOf(live).map(({ manager }) => manager ?? 'unknown'));
  const by = managers.size > 0 ? ` (managed by ${[...managers].join(', ')})` : '';
  return `exists already and is not ours${by}; to take it over set conflictResolution: Overwrite in its policy, or the annotation work.karmada.io/conflict-resolution: overwrite`;
}
