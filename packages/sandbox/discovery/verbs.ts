import type { Resource, Subresource } from '../resources/resource.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Returns the verbs of a resource. Namespaces do not support deletecollection. */
export function verbsOf({ kind, group }: Resource): readonly string[] {
  return kind === 'Namespace' && group === ''
    ? verbs.filter((verb) => verb !== 'deletecollection')
    : verbs;
}

/** Returns the kind that a subresource serves: the kind of the resource, or Scale. */
export function subresourceKind(
  resource: Resource,
  name: Subresource,
): { readonly group: string; readonly version: string; readonly kind: string } {
  if (name === 'scale') return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return { group: resource.group, version: resource.version, kind: resource.kind };
}
