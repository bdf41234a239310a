import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How often the size is looked at, in milliseconds. */
const lookMs = 250;

/**
 * Runs a fetch into a clone, and stops it when it has brought more than so many bytes.
 *
 * @throws Error when it has; what came until then is removed
 */
export async function withinLimit<T>(
  directory: string,
  maxBytes: number,
  signal: AbortSignal,
  fetch: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const packs = join(directory, 'objects/pack');
  const exceeded = new AbortController();
  const timer = setInterval(async () => {
    if ((await bytesOnTheWay(packs)) > maxBytes) exceeded.abort();
  }, lookMs);
  try {
    return await fetch(AbortSignal.any([signal, exceeded.signal]));
  } catch (error) {
    await Promise.all((await partialFiles(packs)).map((file) => rm(file, { force: true })));
    if (!exceeded.signal.aborted) throw error;
    const mebibytes = Math.round(maxBytes / 1024 / 1024);
    throw new Error(`the repository sends more than ${mebibytes} MiB at once: --git-limit`);
  } finally {
    clearInterval(timer);
  }
}

async function bytesOnTheWay(packs: string): Promise<number> {
  const files = await partialFiles(packs);
  const sizes = files.map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** What git writes until all has come, or has left when it was killed. */
async function partialFiles(packs: string): Promise<readonly string[]> {
  const names = await readdir(packs).catch((): string[] => []);
  return names.filter((name) => name.startsWith('tmp_')).map((name) => join(packs, name));
}
