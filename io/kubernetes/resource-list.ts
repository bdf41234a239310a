import { ClusterError } from '#syncer/cluster-error.ts';
import type { KubernetesHttp } from './http.ts';
import { successOf } from './status.ts';

/** A resource of one API version. */
export interface ListedResource {
  /** The plural name, as in paths; of subresources with a slash. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
}

/** Returns the path of an API version: `/api/v1` or `/apis/<group>/<version>`. */
export function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * Returns the resources of an API version, without subresources; undefined if the cluster does not serve the
 * version.
 *
 * @throws ClusterError if the API server rejects the request, fails or sends an unreadable answer
 */
export async function readResourceList(
  http: KubernetesHttp,
  apiVersion: string,
  signal: AbortSignal,
): Promise<readonly ListedResource[] | undefined> {
  const response = await http.call({ method: 'GET', path: rootOf(apiVersion) }, signal);
  if (response.status === 404) return undefined;
  const { kind, resources } = Object(successOf(response)) as {
    kind?: unknown;
    resources?: unknown;
  };
  const isList = kind === 'APIResourceList' && (resources === null || Array.isArray(resources));
  // An unreadable answer must not look like a version without kinds.
  if (!isList) throw new ClusterError('transient', `discovery of ${apiVersion} is unreadable`);
  return ((resources ?? []) as readonly ListedResource[]).filter(({ name }) => !name.includes('/'));
}
