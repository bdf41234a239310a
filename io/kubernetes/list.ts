import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Listing, ObjectQuery } from '#syncer/ports/cluster.ts';
import type { ApiResponse, KubernetesHttp } from './http.ts';
import { successOf } from './status.ts';

const metadataListOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Number of objects per page of a list, which keeps a response at a few megabytes. */
const pageSizes = { metadata: 5000, object: 1000 };

/** Number of times that a list starts again after the API server has forgotten the state of its first page. */
const maxRestarts = 3;

interface ListBody {
  /** A Go server writes an empty list as null. */
  readonly items: readonly KubeObject[] | null;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/**
 * Lists the objects below a path, page by page. Starts again at once if the API server compacts its history
 * meanwhile (410); as in client-go, the last attempt requests everything in one page.
 *
 * @throws ClusterError if the API server rejects the list, fails or does not answer
 */
export async function listObjects(
  http: KubernetesHttp,
  path: string,
  query: ObjectQuery,
  signal: AbortSignal,
): Promise<Listing> {
  for (let restart = 0; ; restart++) {
    const isPaged = restart < maxRestarts || query.atMost !== undefined;
    const listing = await listPages(http, path, { ...query, isPaged }, signal);
    if (listing !== 'expired') return listing;
    if (restart === maxRestarts) {
      throw new ClusterError(
        'transient',
        `the API server forgot each of ${restart + 1} lists midway`,
      );
    }
  }
}

async function listPages(
  http: KubernetesHttp,
  path: string,
  { kind, label, detail, atMost = Number.POSITIVE_INFINITY, isPaged }: PagedQuery,
  signal: AbortSignal,
): Promise<Listing | 'expired'> {
  const objects: KubeObject[] = [];
  const limit = String(Math.min(pageSizes[detail], atMost));
  const query = new URLSearchParams({ labelSelector: label, ...(isPaged && { limit }) });
  const accept = detail === 'metadata' ? metadataListOnly : 'application/json';
  for (;;) {
    const request = { method: 'GET', path: `${path}?${query}`, accept } as const;
    const response = await http.call(request, signal);
    if (isExpired(response) && query.has('continue')) return 'expired';
    const { items, metadata } = successOf(response) as ListBody;
    // The items of a list lack apiVersion and kind.
    objects.push(...(items ?? []).map((item) => ({ ...item, ...kind })));
    const { resourceVersion } = metadata;
    if (!metadata.continue) return { objects, resourceVersion };
    if (objects.length >= atMost) return { objects, resourceVersion, isCut: true };
    query.set('continue', metadata.continue);
  }
}

interface PagedQuery extends ObjectQuery {
  readonly isPaged: boolean;
}

function isExpired({ status }: ApiResponse): boolean {
  return status === 410;
}
