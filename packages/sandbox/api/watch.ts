/** Watch requests: the changes to the selected objects after a revision. */
import type { Fields, KubeObject } from '../object.ts';
import { apiVersionOf, storageOf } from '../resources/resource.ts';
import type { ObjectTest } from '../selectors.ts';
import { gone } from '../status.ts';
import type { Change } from '../store/store.ts';
import { readRevision, selectionOf } from './list.ts';
import { type ClusterState, inVersion, type Target } from './state.ts';

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK' | 'ERROR'; readonly object: Fields };

/**
 * Calls `send` with each event; the first events come before this function returns. An expired
 * revision causes one ERROR event with a 410 Status, as on a real API server.
 *
 * @returns a function that ends the watch, or undefined when the watch has already ended
 */
export function watchObjects(
  cluster: ClusterState,
  target: Target,
  query: URLSearchParams,
  send: (event: WatchEvent) => void,
): (() => void) | undefined {
  const { store } = cluster;
  const storage = storageOf(target.resource);
  const test = selectionOf(target, query);
  const sendChange = (change: Change): void => {
    const event = eventOf(change, test);
    if (event !== undefined) send({ ...event, object: inVersion(target.resource, event.object) });
  };
  const from = readRevision(query.get('resourceVersion'));
  if (from === 0 || query.get('sendInitialEvents') === 'true') {
    for (const object of store.list(storage).filter(test)) {
      send({ type: 'ADDED', object: inVersion(target.resource, object) });
    }
    if (query.get('sendInitialEvents') === 'true') send(bookmark(cluster, target, true));
  } else {
    const missed = store.changesAfter(storage, from);
    if (missed === undefined) {
      send({ type: 'ERROR', object: tooOld(from, store.revision) });
      return undefined;
    }
    missed.forEach(sendChange);
  }
  return store.subscribe((change) => {
    if (change.resource === storage) sendChange(change);
  });
}

/** Returns a bookmark: the watch has sent every event up to the current revision. */
export function bookmark(
  { store }: ClusterState,
  { resource }: Target,
  endsInitial: boolean,
): WatchEvent {
  const metadata: Fields = { resourceVersion: `${store.revision}`, creationTimestamp: null };
  if (endsInitial) metadata.annotations = { 'k8s.io/initial-events-end': 'true' };
  const object: Fields = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
  return { type: 'BOOKMARK', object };
}

/** Converts a change into an event for this selection, which an object can enter and leave. */
function eventOf(
  { type, object, previous, revision }: Change,
  test: ObjectTest,
): Extract<WatchEvent, { object: KubeObject }> | undefined {
  const wasSelected = previous !== undefined && test(previous);
  const isSelected = type !== 'DELETED' && test(object);
  if (isSelected) return { type: wasSelected ? 'MODIFIED' : 'ADDED', object };
  if (!wasSelected) return undefined;
  if (type === 'DELETED') return { type, object };
  const metadata = { ...previous.metadata, resourceVersion: `${revision}` };
  return { type: 'DELETED', object: { ...previous, metadata } };
}

function tooOld(from: number, current: number): Fields {
  return gone(`too old resource version: ${from} (${current})`).toStatus();
}
