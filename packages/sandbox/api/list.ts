/** List requests: selectors, pages and resource versions. */
import type { Fields, KubeObject } from '../object.ts';
import { apiVersionOf, storageOf } from '../resources/resource.ts';
import { type ObjectTest, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import { ApiError, badRequest, gone, invalid } from '../status.ts';
import { type ClusterState, inVersion, type Target } from './state.ts';

/** Items of one list response, and the metadata of the list. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: Fields;
}

/** Combines the selectors in the query with the namespace and name in the URL. */
export function selectionOf(
  { resource, namespace, name }: Target,
  query: URLSearchParams,
): ObjectTest {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(resource.kind, query.get('fieldSelector') ?? '');
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (name === '' || object.metadata.name === name) &&
    labels(object.metadata.labels ?? {}) &&
    fields(object);
}

/**
 * Lists the objects that the request selects.
 *
 * @throws ApiError 400 for invalid parameters, 410 when the revision or page has expired, 504 when
 *   the revision is in the future
 */
export function listObjects(cluster: ClusterState, target: Target, query: URLSearchParams): Page {
  checkMatch(query);
  const test = selectionOf(target, query);
  const start = readContinue(query.get('continue'));
  const revision = start?.revision ?? revisionOf(cluster, query);
  const stored = cluster.store.listAt(storageOf(target.resource), revision);
  if (stored === undefined) throw expired(start !== undefined);
  const all = stored.filter(test).map((object) => inVersion(target.resource, object));
  const rest = start === undefined ? all : all.filter((object) => keyOf(object) > start.after);
  const limit = Number(query.get('limit') ?? 0);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const metadata: Fields = { resourceVersion: `${revision}` };
  if (last === undefined || items.length === rest.length) return { items, metadata };
  metadata.continue = writeContinue(revision, keyOf(last));
  // A real API server counts keys without reading objects, so it cannot count with a selector.
  if (!hasSelector(query)) metadata.remainingItemCount = rest.length - items.length;
  return { items, metadata };
}

/** Returns the `<Kind>List` object. Items of built-in kinds omit apiVersion and kind. */
export function listObject({ resource }: Target, { items, metadata }: Page): Fields {
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: resource.custom ? [...items] : items.map(({ apiVersion: _, kind: __, ...item }) => item),
  };
}

function hasSelector(query: URLSearchParams): boolean {
  return Boolean(query.get('labelSelector') || query.get('fieldSelector'));
}

function checkMatch(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch');
  if (!match || query.get('resourceVersion')) return;
  const field = 'resourceVersionMatch';
  const why = 'resourceVersionMatch is forbidden unless resourceVersion is provided';
  const fault = { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [fault]);
}

function revisionOf({ store }: ClusterState, query: URLSearchParams): number {
  const requested = readRevision(query.get('resourceVersion'));
  if (requested > store.revision) throw tooLarge(requested, store.revision);
  return query.get('resourceVersionMatch') === 'Exact' ? requested : store.revision;
}

/**
 * Parses a resource version; returns 0 when it is absent.
 *
 * @throws ApiError 400 when it is not a number
 */
export function readRevision(text: string | null): number {
  if (text === null || text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`invalid resource version ${JSON.stringify(text)}`);
}

function tooLarge(requested: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${requested}, current: ${current}`;
  return new ApiError(504, 'Timeout', message, {
    causes: [
      { reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' },
    ],
    retryAfterSeconds: 1,
  });
}

function expired(isContinued: boolean): ApiError {
  return gone(
    isContinued
      ? 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'
      : 'The resourceVersion for the provided list is too old.',
  );
}

interface Continue {
  readonly revision: number;
  readonly after: string;
}

function writeContinue(revision: number, after: string): string {
  return Buffer.from(JSON.stringify([revision, after])).toString('base64url');
}

function readContinue(token: string | null): Continue | undefined {
  if (!token) return undefined;
  try {
    const [revision, after]: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof revision === 'number' && typeof after === 'string') return { revision, after };
  } catch {
    // A token that is not JSON gets the same response as JSON of a different form.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
