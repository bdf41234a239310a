import { gvkOf } from '#model/object.ts';
import type { KindRef } from '../ports/cluster.ts';

/** Returns `group/Kind`, which identifies a kind across API versions, and with which keys of its objects start. */
export function groupKind(kind: KindRef): string {
  const { group, kind: name } = gvkOf(kind);
  return `${group}/${name}`;
}
