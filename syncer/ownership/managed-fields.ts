/** Whose an object and its fields are, read from what the API server records of every write. */
import type { JsonObject, KubeObject } from '#model/object.ts';
import { applySetId, partOfLabel } from './applyset.ts';
import { fieldManager } from './field-manager.ts';

/** One entry of `metadata.managedFields`. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
}

export function managedFieldsOf(object: KubeObject): readonly ManagedFields[] {
  const { managedFields } = object.metadata;
  return Array.isArray(managedFields) ? (managedFields as readonly ManagedFields[]) : [];
}

/** The entry of what our server-side apply owns in a live object. */
export function ownedFieldsOf(object: KubeObject): ManagedFields | undefined {
  return managedFieldsOf(object).find(isOurEntry);
}

/** Whether the entry is what our server-side apply owns. */
export function isOurEntry({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === fieldManager && operation === 'Apply' && !subresource;
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
export function foreignReason(desired: KubeObject, live: KubeObject): string | undefined {
  const owner = live.metadata.labels?.[partOfLabel];
  if (owner === applySetId || isKubernetesOwn(desired)) return undefined;
  // Ours, though somebody took the label off.
  if (owner === undefined && managedFieldsOf(live).some(isOurEntry)) return undefined;
  const resolution = desired.metadata.annotations?.['work.karmada.io/conflict-resolution'];
  if (resolution === 'overwrite') return undefined;
  const managers = new Set(managedFieldsOf(live).map(({ manager }) => manager ?? 'unknown'));
  const by = managers.size > 0 ? ` (managed by ${[...managers].join(', ')})` : '';
  return `exists already and is not ours${by}; to take it over set conflictResolution: Overwrite in its policy, or the annotation work.karmada.io/conflict-resolution: overwrite`;
}
