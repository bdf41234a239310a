/**
 * Files of a fleet repository, in and out. All calls are synchronous: over tens of thousands of small
 * files that is several times faster, and a compile has nothing else to do meanwhile.
 */
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';
import { type Marks, marksOf, walkFiles } from './listing.ts';

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
export function changeFiles(
  directory: string,
  { write, remove }: FileChanges,
  wrote: (path: string, marks: Marks) => void = () => {},
): void {
  for (const [folder, files] of Map.groupBy(write, ([path]) => dirname(path))) {
    if (!makeFolder(directory, folder, files, wrote)) {
      for (const [path, text] of files) wrote(path, replaceFile(join(directory, path), text));
    }
  }
  for (const path of remove) rmSync(join(directory, path), { force: true });
  for (const path of remove) removeEmptyFolders(directory, dirname(path));
}

type WrittenFile = readonly [path: string, text: string];

/** Whether the folder was not there, and now is, with all its files. */
function makeFolder(
  directory: string,
  folder: string,
  files: readonly WrittenFile[],
  wrote: (path: string, marks: Marks) => void,
): boolean {
  const target = join(directory, folder);
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) return false;
  mkdirSync(dirname(target), { recursive: true });
  const draft = draftOf(target);
  mkdirSync(draft);
  for (const [path, text] of files) {
    wrote(path, writeFile(join(draft, basename(path)), text));
  }
  renameSync(draft, target);
  return true;
}

function replaceFile(file: string, text: string): Marks {
  const draft = draftOf(file);
  rmSync(draft, { force: true });
  writeFile(draft, text);
  renameSync(draft, file);
  return marksOf(lstatSync(file));
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

function writeFile(file: string, text: string): Marks {
  const descriptor = openSync(file, 'wx');
  try {
    writeFileSync(descriptor, text);
    return marksOf(fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
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
