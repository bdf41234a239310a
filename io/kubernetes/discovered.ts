import type { ServedKind } from '#syncer/ports/cluster.ts';

/** The kinds of one API group, the preferred version first. */
export interface GroupKinds {
  /** The core group is ''. */
  readonly group: string;
  readonly kinds: readonly ServedKind[];
  /** True if the group may serve further kinds, because its answer is stale, unreadable or missing. */
  readonly isUnknown: boolean;
}

/** A resource of either format of discovery. */
export interface FoundResource {
  readonly kind?: string | undefined;
  readonly namespaced?: boolean | undefined;
  readonly verbs?: unknown;
}

/** Returns the kinds of an API version that a client can list and delete; undefined if the answer is incomplete. */
export function kindsAt(
  apiVersion: string,
  resources: readonly FoundResource[],
): readonly ServedKind[] | undefined {
  const kinds: ServedKind[] = [];
  for (const { kind, namespaced, verbs } of resources) {
    if (!Array.isArray(verbs)) return undefined;
    if (!verbs.includes('list') || !verbs.includes('delete')) continue;
    if (!kind || namespaced === undefined) return undefined;
    kinds.push({ apiVersion, kind, namespaced });
  }
  return kinds;
}
