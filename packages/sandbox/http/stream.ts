/** A watch on the wire: one JSON event a line, until the client leaves or the time is up. */
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

export interface Stream {
  readonly watch: Target;
  readonly call: Call;
}

/** Takes over `response`. */
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
  // Clients wait for the headers before they know that the watch has begun.
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

/** How the client wants to see the objects: as they are, as table rows, or only their metadata. */
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
