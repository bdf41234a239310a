/**
 * Streams a watch: one JSON event per line, until the client disconnects or the timeout expires.
 */
import type { ServerResponse } from 'node:http';
import type { ClusterState, Target } from '../api/state.ts';
import { bookmark, type WatchEvent, watchObjects } from '../api/watch.ts';
import type { Fields } from '../object.ts';
import { metadataOnly } from '../table/partial.ts';
import { tableOf } from '../table/table.ts';
import { formOf } from './accept.ts';
import type { Call } from './call.ts';

const bookmarkMs = 5_000;
const longestMs = 30 * 60_000;

/** A watch and the request that started it. */
export interface Stream {
  readonly watch: Target;
  readonly call: Call;
}

/** Writes the events of a watch to `response`, and ends it. */
export function streamWatch(cluster: ClusterState, stream: Stream, response: ServerResponse): void {
  const { watch: target, call } = stream;
  const form = formWriter(stream);
  let isOpen = false;
  const send = (event: WatchEvent): void => {
    isOpen = true;
    response.write(`${JSON.stringify({ type: event.type, object: form(event) })}\n`);
  };
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Cache-Control', 'no-cache, private');
  const stop = watchObjects(cluster, target, call.query, send);
  // A client knows from the headers that the watch has started.
  if (!isOpen) response.flushHeaders();
  if (stop === undefined) {
    response.end();
    return;
  }
  const timers = timersOf(call, {
    onBookmark: () => send(bookmark(cluster, target, false)),
    onEnd: () => response.end(),
  });
  response.on('close', () => {
    stop();
    for (const timer of timers) clearTimeout(timer);
  });
}

function timersOf(
  { query }: Call,
  { onBookmark, onEnd }: { readonly onBookmark: () => void; readonly onEnd: () => void },
): NodeJS.Timeout[] {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const end = setTimeout(
    () => {
      if (wantsBookmarks) onBookmark();
      onEnd();
    },
    seconds > 0 ? seconds * 1000 : longestMs,
  );
  const timers = wantsBookmarks ? [end, setInterval(onBookmark, bookmarkMs)] : [end];
  for (const timer of timers) timer.unref();
  return timers;
}

/** Returns a function that converts objects into the requested form: object, table or metadata. */
function formWriter({ watch: target, call }: Stream): (event: WatchEvent) => Fields {
  const form = formOf(call.accept);
  let isFirst = true;
  return ({ type, object }) => {
    if (type === 'ERROR' || form === 'object') return object;
    if (form === 'metadata') return metadataOnly(object);
    if (type === 'BOOKMARK') return object;
    const table = tableOf(target.resource, [object], call.query);
    if (!isFirst) delete table.columnDefinitions;
    isFirst = false;
    return table;
  };
}
