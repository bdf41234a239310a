import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { WatchRequest } from '#syncer/ports/cluster.ts';
import type { ApiRequest, KubernetesHttp } from './http.ts';

/** Maximum silence of a watch, in milliseconds. A server sends a bookmark about every minute, so a longer silence means a dead connection. */
const silenceMs = 150_000;

interface RawEvent {
  readonly type: string;
  readonly object: KubeObject & {
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

/**
 * Reads a watch until the server ends it.
 *
 * @throws ClusterError `unreachable` when the connection breaks or is silent for too long, and
 *   `transient` when the server rejects the watch or its resourceVersion is too old
 */
export async function readEvents(
  http: KubernetesHttp,
  request: ApiRequest,
  watch: WatchRequest,
  signal: AbortSignal,
): Promise<void> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silenceMs);
  timer.unref();
  try {
    const { status, chunks } = await http.stream(request, AbortSignal.any([signal, silent.signal]));
    if (chunks === null)
      throw new ClusterError('transient', `the server answered the watch with ${status}`);
    for await (const line of linesOf(chunks, () => timer.refresh())) {
      takeEvent(JSON.parse(line) as RawEvent, watch);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) throw error;
    throw new ClusterError('unreachable', 'the connection of the watch broke', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function takeEvent({ type, object }: RawEvent, { selection, onEvent }: WatchRequest): void {
  const { kind } = selection;
  if (type === 'ADDED' || type === 'MODIFIED') {
    onEvent({ type: 'changed', object: { ...object, ...kind } });
  } else if (type === 'DELETED') {
    onEvent({ type: 'deleted', object: { ...object, ...kind } });
  } else if (type === 'BOOKMARK') {
    onEvent({ type: 'bookmark', resourceVersion: String(object.metadata.resourceVersion) });
  } else {
    const { code = 0, reason = '', message = 'the watch failed' } = object;
    throw new ClusterError('transient', message, {
      answer: { status: code, reason, texts: [message] },
    });
  }
}

async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    onChunk();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
}
