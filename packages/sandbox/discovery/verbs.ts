import type { Resource, Subresource } from '../resources/resource.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Namespaces cannot be deleted by the collection. */
export function verbsOf({ kind, group }: Resource): readonly string[] {
  return kind === 'Namespace' && group === ''
    ? verbs.filter((verb) => verb !== 'deletecollection')
    : verbs;
}

/** What a subresource's endpoint speaks: the kind itself, or Scale. */
export function subresourceKind(
  resource: Resource,
  name: Subresource,
): { readonly group: string; readonly version: string; readonly kind: string } {
  if (name === 'scale') return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return { group: resource.group, version: resource.version, kind: resource.kind };
}
