/** Reads which managers own an object and its fields from `metadata.managedFields`. */
import type { JsonObject, KubeObject, ObjectKey } from '#model/object.ts';

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

/** Returns the entry of the fleet's server-side apply in a live object. */
export function ownedFieldsOf(object: KubeObject, manager: string): ManagedFields | undefined {
  return managedFieldsOf(object).find(isAppliedBy(manager));
}

/** Returns a function that reports whether a server-side apply of the manager wrote an entry. */
export function isAppliedBy(by: string): (entry: ManagedFields) => boolean {
  return ({ manager, operation, subresource }) =>
    manager === by && operation === 'Apply' && !subresource;
}

const systemNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/**
 * Reports whether Kubernetes creates the object itself, so that all managers share it. Regatta applies
 * its fields without a conflict, and never deletes the object.
 */
export function isKubernetesOwn({ apiVersion, kind, metadata }: KubeObject): boolean {
  return !apiVersion.includes('/') && isNameOfShared(kind, metadata.name);
}

/** Reports whether Kubernetes creates the object with this key. */
export function isKeyOfShared(key: ObjectKey): boolean {
  const [group, kind = '', , name = ''] = key.split('/');
  return group === '' && isNameOfShared(kind, name);
}

/** Reports whether Kubernetes creates the objects of this name, of a kind of the core group. */
function isNameOfShared(kind: string, name: string): boolean {
  if (kind === 'Namespace') return systemNamespaces.has(name);
  if (kind === 'ServiceAccount') return name === 'default';
  return kind === 'ConfigMap' && name === 'kube-root-ca.crt';
}
