import { once } from 'node:events';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Marks, markCount } from './listing.ts';
import { type FilesOfFolder, LinkGuard, replaceFiles, type WrittenFile } from './replace.ts';

/** Receives the final marks of a written file. */
export type OnWritten = (path: string, marks: Marks) => void;

/** From this number of files on, a second thread pays off. */
const threadThreshold = 2000;

/** Folders to be written by several threads. Each thread takes the next group until none is left. */
export interface SharedWriting {
  readonly directory: string;
  /** A folder and all folders below it form a group, because one thread must write them in order. */
  readonly groups: readonly (readonly FilesOfFolder[])[];
  /** The distinct texts; most files are on many clusters. */
  readonly texts: readonly string[];
  /** Number of groups that the threads have taken. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** The groups that a thread has written, and the `Marks` of their files in order. */
export interface WrittenShare {
  readonly groups: readonly number[];
  readonly marks: Float64Array<ArrayBuffer>;
}

/** Writes files; paths are relative to the directory. Two threads share a large number of files. */
export async function writeFiles(
  directory: string,
  files: ReadonlyMap<string, string>,
  wrote: OnWritten,
): Promise<void> {
  const writing = shareOut(directory, files);
  const helper = files.size < threadThreshold ? undefined : writeInThread(writing);
  const shares = [tryWrite(writing), ...(helper === undefined ? [] : [await helper])];
  for (const share of shares) {
    if (share instanceof Error) throw share;
    reportMarks(writing, share, wrote);
  }
}

function shareOut(directory: string, files: ReadonlyMap<string, string>): SharedWriting {
  const indexes = new Map<string, number>();
  const folders = new Map<string, WrittenFile[]>();
  for (const [path, text] of files) {
    const index = indexes.get(text) ?? indexes.size;
    indexes.set(text, index);
    const folder = dirname(path);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [{ path, text: index }]);
    else known.push({ path, text: index });
  }
  const list = [...folders].map(([folder, files]) => ({ folder, files }));
  const groups = Map.groupBy(list, ({ folder }) => outermost(folder, folders));
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return { directory, groups: [...groups.values()], texts: [...indexes.keys()], taken };
}

/** Returns the outermost folder that contains or equals a folder and directly contains files. */
function outermost(folder: string, withFiles: ReadonlyMap<string, unknown>): string {
  let found = folder;
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (withFiles.has(dirname(path))) found = dirname(path);
  }
  return found;
}

/** Writes groups until all are taken. A failure also stops the other thread, by marking all groups as taken. */
export function writeShare({ directory, groups, texts, taken }: SharedWriting): WrittenShare {
  const written: number[] = [];
  const marks: number[] = [];
  const place = { directory, guard: new LinkGuard(directory) };
  try {
    for (;;) {
      const next = Atomics.add(taken, 0, 1);
      const group = groups[next];
      if (group === undefined) return { groups: written, marks: new Float64Array(marks) };
      for (const folder of group) replaceFiles(place, folder, texts, (of) => marks.push(...of));
      written.push(next);
    }
  } catch (error) {
    Atomics.store(taken, 0, groups.length);
    throw error;
  }
}

/** Returns an error instead of throwing it, so that the caller can first wait for the other thread. */
function tryWrite(writing: SharedWriting): WrittenShare | Error {
  try {
    return writeShare(writing);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function writeInThread(writing: SharedWriting): Promise<WrittenShare | Error> {
  // The build puts the thread's bundle beside this chunk.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`writing-thread.${extension}`, import.meta.url), {
    workerData: writing,
  });
  try {
    const [share] = await once(thread, 'message');
    return share;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function reportMarks({ groups }: SharedWriting, share: WrittenShare, wrote: OnWritten): void {
  let start = 0;
  for (const group of share.groups) {
    for (const { path } of (groups[group] ?? []).flatMap(({ files }) => files)) {
      wrote(path, share.marks.subarray(start, start + markCount));
      start += markCount;
    }
  }
}
