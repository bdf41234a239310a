import { isAggregated } from '#model/aggregation.ts';
import type { KubeObject } from '#model/object.ts';

/**
 * Returns a ClusterRole with an aggregationRule without its rules. The control plane sets them, so that the syncer
 * and the control plane would otherwise write in turns indefinitely.
 *
 * Source: Kubernetes, "Using RBAC Authorization", on aggregated ClusterRoles.
 */
export function withoutAggregatedRules(object: KubeObject): KubeObject {
  if (!isAggregated(object)) return object;
  const { rules: _, ...rest } = object;
  return rest as KubeObject;
}
