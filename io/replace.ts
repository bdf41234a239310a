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
 * @param directory - what the paths are relative to
 * @param wrote - is told the marks of each file in turn, when they are final
 */
export function replaceFiles(
  directory: string,
  { folder, files }: FilesOfFolder,
  texts: readonly string[],
  wrote: (marks: Marks) => void,
): void {
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
