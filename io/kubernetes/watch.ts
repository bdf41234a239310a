import { parseJson } from '#model/json.ts';
import { isFieldMap, type KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { WatchEvent, WatchRequest } from '#syncer/ports/cluster.ts';
import { bounds } from './bounds.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import type { KubernetesHttp } from './http.ts';
import { malformed, takeText } from './json.ts';
import { OpenAnswer } from './open-answers.ts';
import type { ApiRequest } from './request.ts';
import { isObjectMeta, isText, textIn } from './shapes.ts';

/** Maximum silence of a watch, in milliseconds. A server sends a bookmark about every minute, so a longer silence means a dead connection. */
const silenceMs = 150_000;

/** Returns the query of a watch. The server ends the watch after 9 minutes. */
export function watchQuery({ selection, resourceVersion }: WatchRequest): URLSearchParams {
  const { label, name } = selection;
  return new URLSearchParams({
    watch: '1',
    labelSelector: label,
    ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
    resourceVersion,
    allowWatchBookmarks: 'true',
    timeoutSeconds: '540',
  });
}

/** Maximum duration of a watch without an event that counts as broken, as in client-go; in milliseconds. */
const shortMs = 1000;

/**
 * Reads a watch until the server ends it.
 *
 * @throws ClusterError with the message of the server when it rejects the watch, `unreachable` when the
 *   connection breaks or is silent for too long, `malformed` when an event is too large or no event, and
 *   `transient` when the resourceVersion is too old or the watch ends at once
 */
export async function readEvents(
  http: KubernetesHttp,
  request: ApiRequest,
  watch: WatchRequest,
  signal: AbortSignal,
): Promise<void> {
  const { what } = request;
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silenceMs);
  timer.unref();
  const answer = new OpenAnswer(http.cluster);
  const from = performance.now();
  let isEmpty = true;
  try {
    const chunks = await http.stream(request, AbortSignal.any([signal, silent.signal]));
    for await (const line of linesOf(chunks, what, () => timer.refresh())) {
      isEmpty = false;
      answer.grow(line.length);
      watch.onEvent(readEvent(parseJson(line), watch, what));
      answer.end();
    }
    if (isEmpty && performance.now() - from < shortMs) {
      throw new ClusterError('transient', 'the watch ended at once, without an event');
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) throw error;
    if (error instanceof SyntaxError) throw malformed('an event that is not JSON', what);
    throw new ClusterError('unreachable', 'the connection of the watch broke', { cause: error });
  } finally {
    answer.end();
    clearTimeout(timer);
  }
}

/**
 * Returns an event of a watch.
 *
 * @throws ClusterError `transient` for an event that ends the watch, and `malformed` for any other value
 */
function readEvent(event: unknown, { selection }: WatchRequest, what: string): WatchEvent {
  const fault = () => malformed('an event without the expected fields', what);
  if (!isFieldMap(event) || !isFieldMap(event.object)) throw fault();
  const { type, object } = event;
  if (type === 'BOOKMARK') {
    const resourceVersion = isFieldMap(object.metadata) ? object.metadata.resourceVersion : '';
    if (!isText(resourceVersion)) throw fault();
    return { type: 'bookmark', resourceVersion };
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') {
    const message = textIn(object, 'message') ?? 'the watch failed';
    const status = Number(object.code ?? 0);
    const answer = { status, reason: textIn(object, 'reason') ?? '', texts: [message] };
    throw new ClusterError('transient', message, { answer });
  }
  if (!isObjectMeta(object.metadata)) throw fault();
  const { apiVersion, kind } = selection.kind;
  const changed = { ...object, apiVersion, kind } as unknown as KubeObject;
  return { type: type === 'DELETED' ? 'deleted' : 'changed', object: changed };
}

const newline = 0x0a;

/**
 * Divides a stream into lines, and leaves out empty ones. Looks at each byte once.
 *
 * @throws ClusterError `malformed` when a line is too long
 */
async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  what: string,
  onChunk: () => void,
): AsyncGenerator<string> {
  const line = new GrowingBuffer(bounds.line);
  for await (const chunk of chunks) {
    onChunk();
    for (let start = 0; start < chunk.length; ) {
      const found = chunk.indexOf(newline, start);
      const end = found < 0 ? chunk.length : found;
      if (line.size + end - start > bounds.line) {
        throw malformed(`more than ${bounds.line / 1024 ** 2} MiB`, `one event of the ${what}`);
      }
      line.add(chunk.subarray(start, end));
      start = end + 1;
      if (found >= 0 && line.size > 0) yield takeText(line, what).text;
    }
  }
}
