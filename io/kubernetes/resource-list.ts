import { isFieldMap } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { KubernetesHttp } from './http.ts';
import { isText } from './shapes.ts';

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
  const what = `discovery of ${apiVersion}`;
  const answer = await http.call({ method: 'GET', path: rootOf(apiVersion), what }, signal);
  if (answer.isNotFound || answer.isUnknownPath) return undefined;
  const { kind, resources } = answer.fields();
  const isList = kind === 'APIResourceList' && (resources === null || Array.isArray(resources));
  // An unreadable answer must not look like a version without kinds.
  if (!isList) throw new ClusterError('transient', `${what} is unreadable`);
  const listed: readonly unknown[] = resources ?? [];
  return listed.flatMap((resource) => {
    if (!isResource(resource)) throw new ClusterError('transient', `${what} is unreadable`);
    return resource.name.includes('/') ? [] : [resource];
  });
}

/** Plural names, also of subresources. They become parts of paths. */
const resourcePattern = /^[a-z0-9]([a-z0-9./-]{0,251}[a-z0-9])?$/;

function isResource(value: unknown): value is ListedResource {
  if (!isFieldMap(value)) return false;
  const { name, kind, namespaced, verbs } = value;
  return (
    isText(name) &&
    resourcePattern.test(name) &&
    isText(kind) &&
    typeof namespaced === 'boolean' &&
    (verbs === undefined || Array.isArray(verbs))
  );
}
