import { gvkOf, type ObjectKey } from '#model/object.ts';
import type { KindRef } from '../ports/cluster.ts';

/** Returns `group/Kind`, which identifies a kind across API versions, and with which keys of its objects start. */
export function groupKind(kind: KindRef): string {
  const { group, kind: name } = gvkOf(kind);
  return `${group}/${name}`;
}

/** Reports whether an object is of the kind with this `groupKind`. */
export function isOfKind(key: ObjectKey, id: string): boolean {
  return key.startsWith(`${id}/`);
}
