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
import { threadId } from 'node:worker_threads';
import { type Marks, marksOf } from './listing.ts';
import { isSafePath } from './safe-path.ts';

/** Refuses folders that are symbolic links or lie behind one, and checks each folder once. */
export class LinkGuard {
  readonly #directory: string;
  readonly #checked = new Set(['.', '']);

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Checks a folder, and the folders that contain it.
   *
   * @throws Error when the path is unsafe, or when one of the folders is a symbolic link
   */
  check(folder: string): void {
    if (this.#checked.has(folder)) return;
    if (!isSafePath(folder)) throw new Error(`unsafe folder path ${JSON.stringify(folder)}`);
    this.check(dirname(folder));
    const stats = lstatSync(join(this.#directory, folder), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) {
      throw new Error(`${folder} is a symbolic link, and Regatta writes through no link`);
    }
    this.#checked.add(folder);
  }
}

/** A file to write. `text` is the index of its text in a list of texts. */
export interface WrittenFile {
  readonly path: string;
  readonly text: number;
}

/** The files to write into one folder. */
export interface FilesOfFolder {
  readonly folder: string;
  readonly files: readonly WrittenFile[];
}

/**
 * Writes files into a folder. A new folder appears with all its files at once; in an existing one,
 * each file is replaced atomically.
 *
 * @param place - `directory` is the base of all paths; `guard` belongs to the same directory
 * @param wrote - receives the final marks of each file, in order
 * @throws Error when the folder is a link or lies behind one
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
  const exists = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  if (exists) {
    for (const { path, text } of files)
      wrote(replaceFile(join(directory, path), texts[text] ?? ''));
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const draft = draftOf(target);
  // A process of the same id may have been killed.
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft);
  for (const { path, text } of files) {
    wrote(writeFile(join(draft, basename(path)), texts[text] ?? ''));
  }
  renameSync(draft, target);
}

/**
 * Checks the path of a file.
 *
 * @throws Error when the path could lead out of its base folder
 */
export function checkPath(path: string): void {
  if (!isSafePath(path)) throw new Error(`unsafe file path ${JSON.stringify(path)}`);
}

function replaceFile(file: string, text: string): Marks {
  const draft = draftOf(file);
  rmSync(draft, { recursive: true, force: true });
  writeFile(draft, text);
  renameSync(draft, file);
  return marksOf(lstatSync(file));
}

/**
 * Returns the path of a draft in the same folder. Its name fits also where the file's own is as long as it may be. A
 * thread has one draft at a time.
 */
function draftOf(path: string): string {
  return join(dirname(path), `regatta-${process.pid}-${threadId}.tmp`);
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
