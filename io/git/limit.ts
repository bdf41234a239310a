import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Maximum size of one fetch. */
interface FetchLimit {
  readonly maxBytes: number;
  /** Addition to the message of the error: how to raise the limit. */
  readonly hint?: string;
}

/** Interval between two measurements, in milliseconds. */
const measureMs = 250;

/**
 * Runs a fetch into a clone, and aborts the fetch when git has received more than `maxBytes`. If the
 * fetch fails, removes the files that git has received so far.
 *
 * @throws Error when the repository sends more than `maxBytes`, or when the fetch fails
 */
export async function withinLimit<T>(
  directory: string,
  { maxBytes, hint = '' }: FetchLimit,
  signal: AbortSignal,
  fetch: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const packs = join(directory, 'objects/pack');
  const exceeded = new AbortController();
  const timer = setInterval(async () => {
    if ((await receivedBytes(packs)) > maxBytes) exceeded.abort();
  }, measureMs);
  try {
    return await fetch(AbortSignal.any([signal, exceeded.signal]));
  } catch (error) {
    await Promise.all((await partialFiles(packs)).map((file) => rm(file, { force: true })));
    if (!exceeded.signal.aborted) throw error;
    const mebibytes = Math.round(maxBytes / 1024 / 1024);
    throw new Error(`fetch aborted: the repository sent more than ${mebibytes} MiB${hint}`);
  } finally {
    clearInterval(timer);
  }
}

async function receivedBytes(packs: string): Promise<number> {
  const files = await partialFiles(packs);
  const sizes = files.map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Returns the temporary files that git writes during a fetch, and leaves behind when it is killed. */
async function partialFiles(packs: string): Promise<readonly string[]> {
  const names = await readdir(packs).catch((): string[] => []);
  return names.filter((name) => name.startsWith('tmp_')).map((name) => join(packs, name));
}
