import { errorMessage } from '#model/error.ts';
import type { SourcePort } from '../ports/source.ts';

/** Git did not give the content of a file. Another try may succeed. */
export class UnreadError extends Error {
  override name = 'UnreadError';
}

/**
 * Reads contents by their object ids, and makes sure that each of them has come.
 *
 * @throws UnreadError when one has not: a file that was not read must never count as an empty one
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
  if (missing !== undefined) throw new UnreadError(`git did not give object ${missing}`);
  return texts;
}

/** Reads one content. @throws UnreadError */
export async function readText(
  source: SourcePort,
  oid: string,
  signal: AbortSignal,
): Promise<string> {
  return textOf(await readTexts(source, [oid], signal), oid);
}

/** @throws UnreadError when the text is not among those that were read */
export function textOf(texts: ReadonlyMap<string, string>, oid: string): string {
  const text = texts.get(oid);
  if (text === undefined) throw new UnreadError(`git did not give object ${oid}`);
  return text;
}
