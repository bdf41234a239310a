/**
 * Files of a fleet repository, in and out: the only way to its paths. All calls are synchronous: over
 * tens of thousands of small files that is several times faster, and a compile has nothing else to do
 * meanwhile.
 */
import { constants, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';
import { LinkedFiles } from './links.ts';
import { diskTree, walkFiles } from './listing.ts';
import { checkPath, LinkGuard } from './replace.ts';
import { type OnWritten, writeFiles } from './writing.ts';

/**
 * The files at or below the given paths of a directory; a path that does not exist adds none. A
 * symbolic link is followed if it leads to a file or folder of the directory; any other is unreadable.
 */
export function readFiles(directory: string, paths: readonly string[]): FileMap {
  const files = new Map<string, FileContent>();
  // A file that many links lead to is held once.
  const linked = new Map<string, FileContent>();
  const read = (path: string, isLinked: boolean) => {
    const content = linked.get(path) ?? textOf(`${directory}/${path}`);
    if (isLinked) linked.set(path, content);
    return content;
  };
  const walk = new LinkedFiles(diskTree(directory), (path, found) => {
    files.set(path, 'reason' in found ? found : read(found.path, found.isLinked));
  });
  for (const path of paths) walk.walk(path);
  return files;
}

/** The files that links at or below the given paths lead to: those who watch the paths watch them too. */
export function linkedFiles(directory: string, paths: readonly string[]): readonly string[] {
  const files = new Set<string>();
  const walk = new LinkedFiles(diskTree(directory), (_, found) => {
    if ('path' in found && found.isLinked) files.add(found.path);
  });
  for (const path of paths) walk.walk(path);
  return [...files];
}

/**
 * The files at or below the given paths, without links: each one is unreadable. For what compile writes, because nothing is
 * written through a link, and for what the syncer reads from Git's objects.
 */
export function readOwnFiles(directory: string, paths: readonly string[]): FileMap {
  const files = new Map<string, FileContent>();
  for (const path of paths) {
    walkFiles(directory, path, (file, stats) => {
      files.set(file, readContent(directory, file, stats.isFile()));
    });
  }
  return files;
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What a file holds, if it is an ordinary one. */
export function readContent(directory: string, path: string, isOrdinary: boolean): FileContent {
  if (!isOrdinary) return { reason: 'it is a link or no ordinary file' };
  return textOf(join(directory, path));
}

/** Opens no file that has become a link since its folder was listed. */
const unlinked = constants.O_RDONLY | constants.O_NOFOLLOW;

function textOf(file: string): FileContent {
  const bytes = readFileSync(file, { flag: unlinked });
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
 * with it, up to but not including `directory`. Nothing is changed through a symbolic link.
 *
 * @param wrote - is told the marks of each written file, when they are final
 * @throws Error when a path leads through a link, or the disk fails
 */
export async function changeFiles(
  directory: string,
  { write, remove }: FileChanges,
  wrote: OnWritten = () => {},
): Promise<void> {
  await writeFiles(directory, write, wrote);
  const guard = new LinkGuard(directory);
  for (const path of remove) {
    checkPath(path);
    guard.check(dirname(path));
    rmSync(join(directory, path), { force: true });
  }
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
