/** Admission check: a new object needs an active namespace. */
import type { Resource } from '../resources/resource.ts';
import { namedOf } from '../resources/resource.ts';
import { forbidden, notFound } from '../status.ts';
import type { ClusterState } from './state.ts';

/**
 * Checks that the namespace of a new object accepts objects.
 *
 * @throws ApiError 404 when the namespace does not exist, 403 when it is being terminated
 */
export function admitToNamespace(
  { store }: ClusterState,
  resource: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): void {
  if (!resource.namespaced) return;
  const found = store.get('namespaces', '', namespace);
  if (found === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(namedOf(resource), name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}
