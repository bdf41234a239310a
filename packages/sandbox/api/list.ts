/** Lists: selection, pages, and the revision they show. */
import type { Fields, KubeObject } from '../object.ts';
import { apiVersionOf, storageOf } from '../resources/resource.ts';
import { type ObjectTest, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import { ApiError, badRequest, gone, invalid } from '../status.ts';
import { type ClusterState, inVersion, type Target } from './state.ts';

/** The objects of one list answer, and the list's own metadata. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: Fields;
}

/** The test that the query's selectors and the URL's namespace and name amount to. */
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

/** @throws ApiError 400, 410 when the revision or page has expired, 504 when it is in the future */
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
  // A real server counts without looking at the objects.
  if (!hasSelector(query)) metadata.remainingItemCount = rest.length - items.length;
  return { items, metadata };
}

/** The `<Kind>List` object. Items of built-in lists carry no type of their own. */
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
  const wanted = readRevision(query.get('resourceVersion'));
  if (wanted > store.revision) throw tooLarge(wanted, store.revision);
  return query.get('resourceVersionMatch') === 'Exact' ? wanted : store.revision;
}

/** 0 when none is given. @throws ApiError 400 when it is no number */
export function readRevision(text: string | null): number {
  if (text === null || text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`invalid resource version ${JSON.stringify(text)}`);
}

function tooLarge(wanted: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
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
    // Not JSON: the same answer as for JSON of another form.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
