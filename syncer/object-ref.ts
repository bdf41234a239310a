import type { KubeObject } from '#model/object.ts';
import type { ObjectRef } from './ports/cluster.ts';

/** Returns the reference that identifies an object in its cluster. */
export function refFor({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** Returns the name of an API group in messages. */
export function groupName(group: string): string {
  return group === '' ? 'the core API group' : `API group ${group}`;
}
