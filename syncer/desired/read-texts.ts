import { errorMessage } from '#model/error.ts';
import type { SourcePort } from '../ports/source.ts';

/** The error for a file that Git failed to return. A retry may succeed. */
export class UnreadError extends Error {
  override name = 'UnreadError';
}

/**
 * Reads file contents by object id.
 *
 * @throws UnreadError if Git fails or does not return a content, because a missing file must never count as empty
 */
export async function readTexts(
  source: SourcePort,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (oids.length === 0) return new Map();
  const texts = await source.read(oids, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new UnreadError(errorMessage(error));
  });
  const missing = oids.find((oid) => !texts.has(oid));
  if (missing !== undefined) throw new UnreadError(`git returned no object ${missing}`);
  return texts;
}

/**
 * Reads one file content.
 *
 * @throws UnreadError if Git does not return it
 */
export async function readText(
  source: SourcePort,
  oid: string,
  signal: AbortSignal,
): Promise<string> {
  return textOf(await readTexts(source, [oid], signal), oid);
}

/**
 * Returns the text of an object id.
 *
 * @throws UnreadError if `texts` lacks it
 */
export function textOf(texts: ReadonlyMap<string, string>, oid: string): string {
  const text = texts.get(oid);
  if (text === undefined) throw new UnreadError(`git returned no object ${oid}`);
  return text;
}
