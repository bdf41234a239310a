import type { ClusterObject } from '#model/binding.ts';
import { referenceTo } from '#model/object.ts';

/** The override policies that apply to an object in a cluster: one name for each rule. */
export interface OverriddenObject {
  readonly object: string;
  readonly cluster: string;
  readonly clusterOverridePolicies?: readonly string[];
  readonly overridePolicies?: readonly string[];
}

/** Returns the rendered objects to which override rules apply. */
export function overriddenOf(objects: readonly ClusterObject[]): readonly OverriddenObject[] {
  return objects
    .filter(({ overrides }) => overrides.length > 0)
    .map(({ cluster, binding, overrides }) => {
      const ofCluster: string[] = [];
      const inNamespace: string[] = [];
      for (const { policy } of overrides) {
        const { name, namespace } = policy.object.metadata;
        (namespace === undefined ? ofCluster : inNamespace).push(name);
      }
      return {
        object: referenceTo(binding.template.object),
        cluster,
        ...(ofCluster.length === 0 ? {} : { clusterOverridePolicies: ofCluster.sort() }),
        ...(inNamespace.length === 0 ? {} : { overridePolicies: inNamespace.sort() }),
      };
    });
}
