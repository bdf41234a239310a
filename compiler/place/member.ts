import type { Cluster } from '#model/cluster.ts';
import type { Profile } from '#model/policy.ts';
import type { Rejection } from './filter.ts';

/** A member cluster, with what is asked of it again and again worked out once. */
export interface Member {
  readonly name: string;
  readonly cluster: Cluster;
  /** `apiVersion/Kind` of what it serves; undefined when that is not known. */
  readonly apis?: ReadonlySet<string> | undefined;
}

/** A cluster as placement asks for it. */
export function memberOf(cluster: Cluster): Member {
  const enablements = cluster.status?.apiEnablements;
  const apis = enablements?.flatMap(({ groupVersion, resources }) =>
    resources.map(({ kind }) => `${groupVersion}/${kind}`),
  );
  return { name: cluster.metadata.name, cluster, apis: apis && new Set(apis) };
}

/**
 * Why a cluster that does not serve an API cannot take its objects. A cluster of which Git knows no
 * APIs is trusted to serve them, but by Karmada's rules.
 */
export function missingApi(
  { apis }: Member,
  type: { readonly apiVersion: string; readonly kind: string },
  profile: Profile,
): Rejection | undefined {
  const { apiVersion, kind } = type;
  if (apis === undefined ? profile === 'regatta' : apis.has(`${apiVersion}/${kind}`)) {
    return undefined;
  }
  return {
    plugin: 'APIEnablement',
    reason: 'cluster(s) did not have the API resource',
    told: `it does not serve ${apiVersion} ${kind}`,
    pointer: '/spec/resourceSelectors',
  };
}
