import type { Dispatcher } from 'undici';
import { parseJson } from '#model/json.ts';
import { Answer } from './answer.ts';
import { bounds } from './bounds.ts';
import type { GrowingBuffer } from './growing-buffer.ts';
import { malformed, takeText } from './json.ts';
import { type Reading, type ReadTimer, readBody } from './reading.ts';

/**
 * Reads a response to its end.
 *
 * @throws ClusterError `malformed` when it is too large, or successful and not JSON
 */
export async function readAnswer(
  { statusCode, headers, body }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>,
  reading: Reading,
  timer: ReadTimer | undefined,
): Promise<Answer> {
  const content = await readBody(body, headers['content-encoding'] === 'gzip', reading, timer);
  const value = parseBody(statusCode, content, reading);
  return new Answer(reading.what, statusCode, value, retryAfterOf(headers));
}

/** Returns the content of a body. A failure may have any content, for example that of a proxy. */
function parseBody(status: number, content: GrowingBuffer, reading: Reading): unknown {
  const { text, size, values } = takeText(content, reading.what);
  reading.complete(size, values);
  try {
    return parseJson(text);
  } catch {
    if (status < 300) throw malformed('an answer that is not JSON', reading.what);
    return { message: text.slice(0, 200) };
  }
}

function retryAfterOf(headers: Dispatcher.ResponseData['headers']): number | undefined {
  const ms = Number(headers['retry-after']) * 1000;
  return ms > 0 ? Math.min(ms, bounds.retryAfterMs) : undefined;
}
