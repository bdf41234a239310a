import { ClusterError } from '#syncer/cluster-error.ts';
import type { ServedKind } from '#syncer/ports/cluster.ts';
import type { KubernetesHttp } from './http.ts';

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface ApiResource {
  readonly responseKind?: { readonly kind: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly verbs: readonly string[];
}

interface ApiGroup {
  /** The core group has no name. */
  readonly metadata?: { readonly name?: string };
  /** Sorted by preference, the preferred version first. */
  readonly versions?: readonly {
    readonly version: string;
    readonly resources?: readonly ApiResource[];
  }[];
}

/**
 * Returns every kind that can be listed and deleted, at its preferred version. This takes two
 * requests, whatever the number of kinds.
 *
 * @throws ClusterError when the server refuses discovery or fails
 */
export async function servedKinds(
  http: KubernetesHttp,
  signal: AbortSignal,
): Promise<readonly ServedKind[]> {
  const paths = ['/api', '/apis'].map((path) => groups(http, path, signal));
  const all = (await Promise.all(paths)).flat().flatMap(kindsOf);
  const preferred = new Map(all.toReversed().map((found) => [found.id, found.kind]));
  return [...preferred.values()];
}

function kindsOf(group: ApiGroup): readonly { readonly id: string; readonly kind: ServedKind }[] {
  const name = group.metadata?.name ?? '';
  return (group.versions ?? []).flatMap(({ version, resources = [] }) =>
    resources.filter(isManageable).map(({ responseKind, scope }) => {
      const kind = responseKind?.kind ?? '';
      const apiVersion = name === '' ? version : `${name}/${version}`;
      const served = { apiVersion, kind, namespaced: scope === 'Namespaced' };
      return { id: `${name}/${kind}`, kind: served };
    }),
  );
}

function isManageable({ verbs, responseKind }: ApiResource): boolean {
  return responseKind !== undefined && verbs.includes('list') && verbs.includes('delete');
}

async function groups(
  http: KubernetesHttp,
  path: string,
  signal: AbortSignal,
): Promise<readonly ApiGroup[]> {
  const { status, body } = await http.call({ method: 'GET', path, accept }, signal);
  if (status === 200) {
    return (body as { readonly items?: readonly ApiGroup[] }).items ?? [];
  }
  const reason = status === 401 || status === 403 ? 'rejected' : 'transient';
  throw new ClusterError(reason, `discovery at ${path} answered ${status}`);
}
