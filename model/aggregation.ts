import { gvkOf, isFieldMap, type KubeObject } from './object.ts';

/** Reports whether the control plane sets the rules of an object, which is a ClusterRole with an aggregationRule. */
export function isAggregated(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  const isRole = group === 'rbac.authorization.k8s.io' && kind === 'ClusterRole';
  return isRole && isFieldMap(object['aggregationRule']);
}
