import type { Cluster } from '#model/cluster.ts';
import type { Profile } from '#model/policy.ts';
import type { Rejection } from './filter.ts';

/** A member cluster with values that filters need often, computed once. */
export interface CandidateCluster {
  readonly name: string;
  readonly cluster: Cluster;
  /** The APIs that the cluster serves, as `apiVersion/Kind`; undefined if its status lists no APIs. */
  readonly apis?: ReadonlySet<string> | undefined;
}

/** Returns a cluster prepared for filters. */
export function candidateCluster(cluster: Cluster): CandidateCluster {
  const enablements = cluster.status?.apiEnablements;
  const apis = enablements?.flatMap(({ groupVersion, resources }) =>
    resources.map(({ kind }) => `${groupVersion}/${kind}`),
  );
  return { name: cluster.metadata.name, cluster, apis: apis && new Set(apis) };
}

/**
 * Rejects a cluster that does not serve an API. Accepts a cluster whose status lists no APIs, except with the
 * profile karmada.
 */
export function missingApi(
  { apis }: CandidateCluster,
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
    message: `it does not serve ${apiVersion} ${kind}`,
    pointer: '/spec/resourceSelectors',
  };
}
