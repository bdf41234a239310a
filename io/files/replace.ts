import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Marks, marksOf } from './listing.ts';
import { isSafePath } from './safe-path.ts';

/** Refuses folders that are symbolic links, or lie behind one: each folder is looked at once. */
export class LinkGuard {
  readonly #directory: string;
  readonly #checked = new Set(['.', '']);

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws Error when a folder of the directory, or one that it is in, is a link */
  check(folder: string): void {
    if (this.#checked.has(folder)) return;
    if (!isSafePath(folder)) throw new Error(`${JSON.stringify(folder)} is no path of a folder`);
    this.check(dirname(folder));
    const stats = lstatSync(join(this.#directory, folder), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) {
      throw new Error(`${folder} is a symbolic link: Regatta writes through no link`);
    }
    this.#checked.add(folder);
  }
}

/** A file that is to be written, and the index of its text. */
export interface WrittenFile {
  readonly path: string;
  readonly text: number;
}

export interface FilesOfFolder {
  readonly folder: string;
  readonly files: readonly WrittenFile[];
}

/**
 * Writes files into a folder. If it is not there, it appears with all of them; else each one is
 * replaced as a whole.
 *
 * @param place - `directory` is what the paths are relative to; `guard` is of the same directory
 * @param wrote - is told the marks of each file in turn, when they are final
 * @throws Error when the folder is a link, or lies behind one
 */
export function replaceFiles(
  { directory, guard }: { readonly directory: string; readonly guard: LinkGuard },
  { folder, files }: FilesOfFolder,
  texts: readonly string[],
  wrote: (marks: Marks) => void,
): void {
  guard.check(folder);
  for (const { path } of files) checkPath(path);
  const target = join(directory, folder);
  const isThere = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (isThere) {
    for (const { path, text } of files)
      wrote(replaceFile(join(directory, path), texts[text] ?? ''));
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const draft = draftOf(target);
  mkdirSync(draft);
  for (const { path, text } of files) {
    wrote(writeFile(join(draft, basename(path)), texts[text] ?? ''));
  }
  renameSync(draft, target);
}

/** @throws Error for a path that may leave the folder that it is relative to */
export function checkPath(path: string): void {
  if (!isSafePath(path)) throw new Error(`${JSON.stringify(path)} is no path of a file`);
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
