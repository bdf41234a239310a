/**
 * Reads and writes the files of a fleet repository; no other code opens its paths. All calls are
 * synchronous, which is several times faster for tens of thousands of small files.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';
import { LinkedFiles, type Visited } from './links.ts';
import { diskTree, walkFiles } from './listing.ts';
import { checkPath, LinkGuard } from './replace.ts';
import { type OnWritten, writeFiles } from './writing.ts';

/**
 * Returns the files at or below the given paths of a directory; missing paths add none. A symbolic
 * link to a file or folder of the directory is followed; any other link is unreadable.
 *
 * @param note - receives links to folders, each with the folder that it leads to
 * @param noteFile - receives the paths of files that links lead to, each with the path of the file itself
 */
export function readFiles(
  directory: string,
  paths: readonly string[],
  note?: (link: string, folder: string) => void,
  noteFile: (path: string, file: string) => void = () => {},
): FileMap {
  const files = new Map<string, FileContent>();
  // Keeps one copy of a file that many links lead to.
  const linked = new Map<string, FileContent>();
  const read = (path: string, isLinked: boolean) => {
    const content = linked.get(path) ?? textOf(`${directory}/${path}`);
    if (isLinked) linked.set(path, content);
    return content;
  };
  const visit = (path: string, found: Visited) => {
    if ('path' in found && found.isLinked) noteFile(path, found.path);
    files.set(path, 'reason' in found ? found : read(found.path, found.isLinked));
  };
  const walk = new LinkedFiles(diskTree(directory), visit, note);
  for (const path of paths) walk.walk(path);
  return files;
}

/** Returns the files that links at or below the given paths lead to, so that a caller can watch them, too. */
export function linkedFiles(directory: string, paths: readonly string[]): readonly string[] {
  const files = new Set<string>();
  const walk = new LinkedFiles(diskTree(directory), (_, found) => {
    if ('path' in found && found.isLinked) files.add(found.path);
  });
  for (const path of paths) walk.walk(path);
  return [...files];
}

/**
 * Returns the files at or below the given paths; every link among them is unreadable. Use it for
 * the output of compile, which never writes through a link, and for files that the syncer reads
 * from Git's objects.
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

/** Returns a file's content. The content of a file that is not regular is unreadable. */
export function readContent(directory: string, path: string, isRegularFile: boolean): FileContent {
  if (!isRegularFile) return { reason: 'it is not a regular file' };
  return textOf(join(directory, path));
}

/** Refuses a file that became a link after its folder was listed. */
const unlinked = constants.O_RDONLY | constants.O_NOFOLLOW;

/** Maximum size of a file, in bytes. It is many times larger than any object that an API server accepts. */
const maxBytes = 16 * 1024 ** 2;

function textOf(file: string): FileContent {
  const bytes = bytesOf(file);
  if (bytes === undefined) return { reason: `it is larger than ${maxBytes / 1024 ** 2} MiB` };
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { reason: 'it is not UTF-8', base64: bytes.toString('base64') };
  }
}

/** Returns the content of a file; undefined if the file is too large. */
function bytesOf(file: string): Buffer | undefined {
  const descriptor = openSync(file, unlinked);
  try {
    return fstatSync(descriptor).size > maxBytes ? undefined : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Changes below a directory; paths are relative to it, with `/`. */
export interface FileChanges {
  readonly write: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/**
 * Writes and removes files. A reader never sees a partial file: an existing file is replaced
 * atomically, and a new folder appears with all its files. Folders that become empty are removed, up
 * to but not including `directory`. Nothing is changed through a symbolic link.
 *
 * @param wrote - receives the final marks of each written file
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
