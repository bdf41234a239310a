import { lstat, mkdir, opendir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';

/** How many files are read or written at a time. */
const concurrency = 32;

/**
 * The files at or below the given paths of a directory; a path that does not exist adds none.
 * Symbolic links are not followed, so that nothing outside is read: they are unreadable.
 */
export async function readFiles(directory: string, paths: readonly string[]): Promise<FileMap> {
  const files: string[] = [];
  for (const path of paths) await listFiles(join(directory, path), files);
  const contents = await inParallel(files, readContent);
  return new Map(
    files.map((file, index) => [
      relative(directory, file).replaceAll(sep, '/'),
      contents[index] ?? { reason: 'it is gone' },
    ]),
  );
}

async function listFiles(path: string, files: string[]): Promise<void> {
  const type = await typeOf(path);
  if (type === 'file') files.push(path);
  if (type !== 'directory') return;
  for await (const entry of await opendir(path)) {
    const below = join(path, entry.name);
    if (!entry.isDirectory()) files.push(below);
    else if (entry.name !== '.git' && entry.name !== 'node_modules') await listFiles(below, files);
  }
}

async function typeOf(path: string): Promise<'directory' | 'file' | 'absent'> {
  try {
    return (await lstat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (isAbsent(error)) return 'absent';
    throw error;
  }
}

async function readContent(file: string): Promise<FileContent> {
  if (!(await lstat(file)).isFile()) return { reason: 'it is a link or no ordinary file' };
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { reason: 'it is not UTF-8' };
  }
}

/** What to change below a directory; paths are relative to it, with `/`. */
export interface FileChanges {
  readonly write: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/**
 * Carries out changes. Every file is replaced as a whole, so that a reader never sees half of one;
 * directories that a removal leaves empty go with it, up to but not including `directory`.
 */
export async function changeFiles(
  directory: string,
  { write, remove }: FileChanges,
): Promise<void> {
  const made = new Set([...write.keys()].map((path) => dirname(join(directory, path))));
  await inParallel([...made], (folder) => mkdir(folder, { recursive: true }));
  await inParallel([...write], async ([path, text]) => {
    const file = join(directory, path);
    const draft = `${file}.${process.pid}.tmp`;
    await writeFile(draft, text);
    await rename(draft, file);
  });
  await inParallel(remove, (path) => rm(join(directory, path), { force: true }));
  for (const path of remove) await removeEmptyFolders(directory, dirname(path));
}

async function removeEmptyFolders(directory: string, folder: string): Promise<void> {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    try {
      await rmdir(join(directory, path));
    } catch (error) {
      if (isAbsent(error)) continue;
      return;
    }
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
