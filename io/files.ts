/**
 * Files of a fleet repository, in and out. All calls are synchronous: over tens of thousands of small
 * files that is several times faster, and a compile has nothing else to do meanwhile.
 */
import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';
import { walkFiles } from './listing.ts';
import { type OnWritten, writeFiles } from './writing.ts';

/**
 * The files at or below the given paths of a directory; a path that does not exist adds none.
 * Symbolic links are not followed, so that nothing outside is read: they are unreadable.
 */
export function readFiles(directory: string, paths: readonly string[]): FileMap {
  const files = new Map<string, FileContent>();
  for (const path of paths) {
    walkFiles(directory, path, (file, stats) => {
      files.set(file, readContent(directory, file, stats.isFile()));
    });
  }
  return files;
}

/** What a file holds, if it is an ordinary one. */
export function readContent(directory: string, path: string, isOrdinary: boolean): FileContent {
  if (!isOrdinary) return { reason: 'it is a link or no ordinary file' };
  return textOf(join(directory, path));
}

function textOf(file: string): FileContent {
  const bytes = readFileSync(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { reason: 'it is not UTF-8', base64: bytes.toString('base64') };
  }
}

/** What to change below a directory; paths are relative to it, with `/`. */
export interface FileChanges {
  readonly write: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/**
 * Carries out changes. A reader never sees half of a file: one that is there is replaced as a whole,
 * and a folder that is not there appears with all its files. Folders that a removal leaves empty go
 * with it, up to but not including `directory`.
 *
 * @param wrote - is told the marks of each written file, when they are final
 */
export async function changeFiles(
  directory: string,
  { write, remove }: FileChanges,
  wrote: OnWritten = () => {},
): Promise<void> {
  await writeFiles(directory, write, wrote);
  for (const path of remove) rmSync(join(directory, path), { force: true });
  for (const path of remove) removeEmptyFolders(directory, dirname(path));
}

function removeEmptyFolders(directory: string, folder: string): void {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    try {
      rmdirSync(join(directory, path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      return;
    }
  }
}
