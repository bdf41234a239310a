import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { Listing, ObjectQuery } from '#syncer/ports/cluster.ts';
import type { Page } from './answer.ts';
import { bounds } from './bounds.ts';
import type { KubernetesHttp } from './http.ts';
import { malformed } from './json.ts';
import type { Reading } from './reading.ts';

const metadataListOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Number of objects per page of a list, which keeps a response at a few megabytes. */
const pageSizes = { metadata: 5000, object: 1000 };

/** Number of times that a list starts again after the API server has forgotten the state of its first page. */
const maxRestarts = 3;

/** Number of objects per page after a page that was too large. An API server stores objects of at most 3 MiB. */
const smallPage = 20;

/** A list at a path, with its name in errors. */
interface NamedList {
  readonly path: string;
  readonly what: string;
}

/**
 * Lists the objects below a path, page by page. Starts again at once if the API server compacts its history
 * meanwhile (410); as in client-go, the last attempt requests everything in one page.
 *
 * @throws ClusterError if the API server rejects the list, fails, does not answer or exceeds a bound
 */
export async function listObjects(
  http: KubernetesHttp,
  list: NamedList,
  query: ObjectQuery,
  signal: AbortSignal,
): Promise<Listing> {
  for (let restart = 0; ; restart++) {
    const isPaged = restart < maxRestarts || query.atMost !== undefined;
    const reading = http.read(list.what);
    try {
      const ask = askAt(http, { ...list, reading }, query, signal);
      const listing = await listPages(ask, { ...query, isPaged }, list.what);
      if (listing !== 'expired') return listing;
    } finally {
      reading.end();
    }
    if (restart === maxRestarts) {
      const message = `each of ${restart + 1} lists expired before its last page`;
      throw new ClusterError('transient', message);
    }
  }
}

/** Requests a page of at most `limit` objects. Without `limit`, requests all objects. */
type AskPage = (limit: number | undefined, from: string) => Promise<Page | 'expired'>;

function askAt(
  http: KubernetesHttp,
  { path, what, reading }: NamedList & { readonly reading: Reading },
  { kind, label, detail, mayBeOld }: ObjectQuery,
  signal: AbortSignal,
): AskPage {
  const accept = detail === 'metadata' ? metadataListOnly : 'application/json';
  const askFor = async (limit: number | undefined, from: string, fromCache: boolean) => {
    const query = new URLSearchParams({ labelSelector: label });
    if (fromCache && from === '') query.set('resourceVersion', '0');
    if (limit !== undefined) query.set('limit', String(limit));
    if (from !== '') query.set('continue', from);
    const request = { method: 'GET', path: `${path}?${query}`, what, accept } as const;
    const answer = await http.call(request, signal, { list: reading });
    return answer.status === 410 && from !== '' ? 'expired' : answer.page(kind);
  };
  return async (limit, from) => {
    try {
      return await askFor(limit, from, mayBeOld === true);
    } catch (error) {
      const isTooLarge = error instanceof ClusterError && error.reason === 'malformed';
      if (!isTooLarge || limit === undefined || limit <= smallPage) throw error;
      // Some clusters have many large objects. API servers ignore the limit of a list from their cache.
      return askFor(smallPage, from, false);
    }
  };
}

async function listPages(
  ask: AskPage,
  { detail, atMost = Number.POSITIVE_INFINITY, isPaged }: PagedQuery,
  what: string,
): Promise<Listing | 'expired'> {
  const objects: KubeObject[] = [];
  const seen = new Set(['']);
  const limit = isPaged ? Math.min(pageSizes[detail], atMost) : undefined;
  for (let next = ''; seen.size <= bounds.pages; seen.add(next)) {
    const page = await ask(limit, next);
    if (page === 'expired') return page;
    for (const object of page.objects) objects.push(object);
    if (objects.length > bounds.objects)
      throw malformed(`more than ${bounds.objects} objects`, what);
    const { resourceVersion } = page;
    if (page.next === '') return { objects, resourceVersion };
    if (objects.length >= atMost) return { objects, resourceVersion, isCut: true };
    if (seen.has(page.next)) throw malformed('the same page twice', what);
    next = page.next;
  }
  throw malformed(`more than ${bounds.pages} pages`, what);
}

interface PagedQuery extends ObjectQuery {
  readonly isPaged: boolean;
}

/** Returns the plural of a kind for display: `NetworkPolicies` for `NetworkPolicy` and `networkpolicies`. */
export function pluralOf(kind: string, resource: string): string {
  const common = [...kind.toLowerCase()].findIndex((letter, index) => letter !== resource[index]);
  return common < 0
    ? kind + resource.slice(kind.length)
    : kind.slice(0, common) + resource.slice(common);
}
