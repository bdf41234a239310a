import { type FieldMap, isFieldMap } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Discovery } from '#syncer/ports/cluster.ts';
import { bounds } from './bounds.ts';
import { type FoundResource, type GroupKinds, kindsAt } from './discovered.ts';
import { discoverByVersion } from './discovery-by-version.ts';
import type { KubernetesHttp } from './http.ts';
import { malformed } from './json.ts';
import { isText, listOf, textIn } from './shapes.ts';

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
  if (kinds.length > bounds.kinds) {
    throw malformed(`more than ${bounds.kinds} kinds`, 'discovery');
  }
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
  const what = `discovery at ${path}`;
  const get = (media: string) => http.call({ method: 'GET', path, what, accept: media }, signal);
  const first = await get(accept);
  const answer = first.status === 406 ? await get('application/json') : first;
  const body = answer.fields();
  const groups = aggregatedGroups(body) ?? (await discoverByVersion(http, body, signal));
  if (groups !== undefined) return groups;
  throw new ClusterError('transient', `the API server's ${what} is unreadable`);
}

/** Reads an aggregated list; undefined if the body has another format. */
function aggregatedGroups({ kind, items }: FieldMap): readonly GroupKinds[] | undefined {
  if (kind !== 'APIGroupDiscoveryList') return undefined;
  // A Go server may write an empty list as null.
  if (items === null) return [];
  return Array.isArray(items) && items.every(isFieldMap) ? items.map(groupKinds) : undefined;
}

/** Reads a group, whose versions the API server sorts by preference. The core group has no name. */
function groupKinds({ metadata, versions }: FieldMap): GroupKinds {
  const group = (isFieldMap(metadata) && textIn(metadata, 'name')) || '';
  const all = listOf(versions) ?? [];
  const listed = all.filter(isFieldMap);
  // `Stale` if the API server could not reach the group's own server.
  const isStale = listed.some(({ freshness }) => freshness === 'Stale');
  const isCut = listed.length === 0 || listed.length < all.length;
  const found = listed.map(({ version, resources }) =>
    isText(version)
      ? kindsAt(
          group === '' ? version : `${group}/${version}`,
          (listOf(resources ?? []) ?? [undefined]).map(resourceIn),
        )
      : undefined,
  );
  return {
    group,
    kinds: found.flatMap((kinds) => kinds ?? []),
    isUnknown: isStale || isCut || found.includes(undefined),
  };
}

/** Reads a resource. One without verbs makes its version incomplete. */
function resourceIn(resource: unknown): FoundResource {
  const { responseKind, scope, verbs } = isFieldMap(resource) ? resource : {};
  const kind = isFieldMap(responseKind) ? textIn(responseKind, 'kind') : undefined;
  const namespaced = scope === undefined ? undefined : scope === 'Namespaced';
  return { kind, namespaced, verbs };
}
