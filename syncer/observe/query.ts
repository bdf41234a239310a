import { hasReadiness } from '../health/health.ts';
import type { KindRef, ObjectQuery } from '../ports/cluster.ts';

/** Requests bodies only if the health of the kind needs them: Secrets' data stays in the cluster. */
export function detailOf(kind: KindRef): ObjectQuery['detail'] {
  return hasReadiness(kind) ? 'object' : 'metadata';
}
