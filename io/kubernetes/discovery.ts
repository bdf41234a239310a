import { ClusterError } from '#syncer/cluster-error.ts';
import type { Discovery } from '#syncer/ports/cluster.ts';
import { type GroupKinds, kindsAt } from './discovered.ts';
import { discoverByVersion } from './discovery-by-version.ts';
import type { ApiResponse, KubernetesHttp } from './http.ts';
import { successOf } from './status.ts';

/** Aggregated discovery, newest format first. A server that knows neither format answers with its older one. */
const accept = [
  ...['v2', 'v2beta1'].map(
    (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
  ),
  'application/json',
].join(',');

/**
 * Returns every kind that a client can list and delete, at its preferred version. This takes two requests,
 * whatever the number of kinds; a server without aggregated discovery takes one more for each API version.
 *
 * @throws ClusterError when the server refuses discovery, fails or sends an unreadable answer
 */
export async function discover(http: KubernetesHttp, signal: AbortSignal): Promise<Discovery> {
  const paths = ['/api', '/apis'].map((path) => discoverAt(http, path, signal));
  const groups = (await Promise.all(paths)).flat();
  const kinds = groups.flatMap(({ group, kinds }) =>
    kinds.map((kind) => [`${group}/${kind.kind}`, kind] as const),
  );
  return {
    // The first entry of a kind is its preferred version.
    kinds: [...new Map(kinds.toReversed()).values()],
    unknownGroups: groups.flatMap(({ group, isUnknown }) => (isUnknown ? [group] : [])),
  };
}

async function discoverAt(
  http: KubernetesHttp,
  path: string,
  signal: AbortSignal,
): Promise<readonly GroupKinds[]> {
  const get = (media: string): Promise<ApiResponse> =>
    http.call({ method: 'GET', path, accept: media }, signal);
  const first = await get(accept);
  const body = successOf(first.status === 406 ? await get('application/json') : first);
  const groups = aggregatedGroups(body) ?? (await discoverByVersion(http, body, signal));
  if (groups !== undefined) return groups;
  throw new ClusterError('transient', `the API server's discovery at ${path} is unreadable`);
}

interface AggregatedResource {
  readonly responseKind?: { readonly kind?: string };
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly verbs?: readonly string[];
}

interface AggregatedGroup {
  /** The core group has no name. */
  readonly metadata?: { readonly name?: string };
  /** Sorted by preference, the preferred version first. */
  readonly versions?: readonly {
    readonly version: string;
    readonly resources?: readonly AggregatedResource[];
    /** `Stale` if the API server could not reach the group's own server. */
    readonly freshness?: string;
  }[];
}

/** Reads an aggregated list; undefined if the body has another format. */
function aggregatedGroups(body: unknown): readonly GroupKinds[] | undefined {
  const { kind, items } = Object(body) as { kind?: unknown; items?: unknown };
  if (kind !== 'APIGroupDiscoveryList') return undefined;
  // A Go server may write an empty list as null.
  if (items === null) return [];
  return Array.isArray(items) ? items.map(groupKinds) : undefined;
}

function groupKinds({ metadata, versions = [] }: AggregatedGroup): GroupKinds {
  const group = metadata?.name ?? '';
  const isStale = versions.length === 0 || versions.some(({ freshness }) => freshness === 'Stale');
  const found = versions.map(({ version, resources = [] }) =>
    kindsAt(
      group === '' ? version : `${group}/${version}`,
      resources.map(({ responseKind, scope, verbs }) => {
        const namespaced = scope === undefined ? undefined : scope === 'Namespaced';
        return { kind: responseKind?.kind, namespaced, verbs };
      }),
    ),
  );
  return {
    group,
    kinds: found.flatMap((kinds) => kinds ?? []),
    isUnknown: isStale || found.includes(undefined),
  };
}
