/** Reads which managers own an object and its fields from `metadata.managedFields`. */
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

/** Returns the entry of Regatta's server-side apply in a live object. */
export function ownedFieldsOf(object: KubeObject): ManagedFields | undefined {
  return managedFieldsOf(object).find(isOurEntry);
}

/** Reports whether Regatta's server-side apply wrote the entry. */
export function isOurEntry({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === fieldManager && operation === 'Apply' && !subresource;
}

const systemNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/**
 * Reports whether Kubernetes creates the object itself, so that all managers share it. Regatta applies
 * its fields without a conflict, and never deletes the object.
 */
export function isKubernetesOwn({ apiVersion, kind, metadata }: KubeObject): boolean {
  if (apiVersion !== 'v1') return false;
  if (kind === 'Namespace') return systemNamespaces.has(metadata.name);
  if (kind === 'ServiceAccount') return metadata.name === 'default';
  return kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt';
}

/**
 * Returns why Regatta must not take over a live object; undefined if Regatta may take it over. Karmada's
 * `conflictResolution` decides: it is Abort unless the manifest has the annotation for Overwrite.
 */
export function foreignReason(desired: KubeObject, live: KubeObject): string | undefined {
  const owner = live.metadata.labels?.[partOfLabel];
  if (owner === applySetId || isKubernetesOwn(desired)) return undefined;
  // Regatta applied the object, and another manager removed the label.
  if (owner === undefined && managedFieldsOf(live).some(isOurEntry)) return undefined;
  const resolution = desired.metadata.annotations?.['work.karmada.io/conflict-resolution'];
  if (resolution === 'overwrite') return undefined;
  const managers = new Set(managedFieldsOf(live).map(({ manager }) => manager ?? 'unknown'));
  const by = managers.size > 0 ? ` (managed by ${[...managers].join(', ')})` : '';
  return `exists already and is not managed by Regatta${by}; to take it over, set conflictResolution: Overwrite in its policy, or the annotation work.karmada.io/conflict-resolution: overwrite`;
}
