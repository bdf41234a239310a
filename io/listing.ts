import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What is at or below some paths of a directory, in values that are quick to hand to a thread. */
export interface Listing {
  readonly paths: readonly string[];
  /** `marksOf` each path in turn. */
  readonly marks: Float64Array<ArrayBuffer>;
  /** Of each path, 1 for an ordinary file, 0 for a link or the like. */
  readonly ordinary: Uint8Array<ArrayBuffer>;
}

export interface ListedFile {
  readonly path: string;
  readonly stats: Stats;
}

/** What changes when a file does. */
export type Marks = ArrayLike<number> & Iterable<number>;

/** How many `Marks` a file has. */
export const markCount = 4;

/** A file's size, times and place on the disk. */
export function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return [size, mtimeMs, ctimeMs, ino];
}

/** The files at or below the given paths of a directory; links are not followed. */
export function* listFiles(directory: string, paths: readonly string[]): Iterable<ListedFile> {
  for (const path of paths) {
    const stats = lstatSync(join(directory, path), { throwIfNoEntry: false });
    if (stats?.isDirectory()) yield* listFolder(directory, path);
    else if (stats !== undefined) yield { path, stats };
  }
}

function* listFolder(directory: string, folder: string): Iterable<ListedFile> {
  for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    yield* listFiles(directory, [folder === '.' ? entry.name : `${folder}/${entry.name}`]);
  }
}

/** `listFiles` at once. */
export function listAll(directory: string, paths: readonly string[]): Listing {
  const found = [...listFiles(directory, paths)];
  const marks = new Float64Array(found.length * markCount);
  const ordinary = new Uint8Array(found.length);
  for (const [index, { stats }] of found.entries()) {
    marks.set(marksOf(stats), index * markCount);
    ordinary[index] = stats.isFile() ? 1 : 0;
  }
  return { paths: found.map(({ path }) => path), marks, ordinary };
}

/** What the thread is given. */
export interface ListingTask {
  readonly directory: string;
  readonly paths: readonly string[];
}

/** `listAll` in a thread of its own: worth its start where thousands of files are expected. */
export function listInThread(task: ListingTask): Promise<Listing> {
  // The build bundles the thread beside the chunk that this is in.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`listing-thread.${extension}`, import.meta.url), {
    workerData: task,
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}
