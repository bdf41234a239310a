import { indexShared, pathsOf, type SharedFile } from '#model/files.ts';
import { type Marks, markCount, marksOf, walkFiles } from '../files/listing.ts';

/**
 * Minimum age of a change, in milliseconds, before `Marks` identify a file. A younger file may change
 * again without a change of its marks.
 */
const tick = 50;

/** The rendered files after a compile, with the marks that identify unchanged copies. */
export interface RenderedState {
  /** The folder that contains the clusters' directories. */
  readonly root: string;
  readonly files: readonly SharedFile[];
  /** The `Marks` of each copy, in order of file and cluster. The marks of a copy are NaN when they are unknown. */
  readonly marks: Float64Array;
}

/** The difference between the files on disk and a `RenderedState`, in values that are cheap to send to a thread. */
export interface RenderedScan {
  /** 1 for each unchanged copy, in order of file and cluster. */
  readonly isUnchanged: Uint8Array<ArrayBuffer>;
  /** All other files below the root: new and changed ones. */
  readonly others: readonly OtherFile[];
}

/** A file below the rendered root that is not an unchanged copy. */
export interface OtherFile {
  readonly path: string;
  readonly marks: Marks;
  readonly isRegularFile: boolean;
}

/** Compares everything below the root with the recorded state. */
export function scanRendered(
  directory: string,
  { root, files, marks }: RenderedState,
): RenderedScan {
  const places = new Map<string, number>();
  for (const file of files) for (const path of pathsOf(root, file)) places.set(path, places.size);
  const isUnchanged = new Uint8Array(places.size);
  const others: OtherFile[] = [];
  walkFiles(directory, root, (path, stats) => {
    const found = marksOf(stats);
    const place = places.get(path);
    if (place !== undefined && isMarked(marks, place, found)) isUnchanged[place] = 1;
    else others.push({ path, marks: found, isRegularFile: stats.isFile() });
  });
  return { isUnchanged, others };
}

function isMarked(marks: Float64Array, place: number, found: Marks): boolean {
  for (let index = 0; index < markCount; index++) {
    if (marks[place * markCount + index] !== found[index]) return false;
  }
  return true;
}

/** A file with the `Marks` of each of its copies, in order of cluster. */
export interface MarkedFile extends SharedFile {
  readonly marks: Float64Array;
}

/** The files that have not changed since they were recorded. */
export interface UnchangedFiles {
  /** Files that are unchanged on all their clusters. */
  readonly intact: readonly MarkedFile[];
  /** Unchanged copies of files that changed on other clusters. */
  readonly copies: readonly Copy[];
}

interface Copy {
  readonly path: string;
  readonly digest: string;
  readonly marks: Marks;
}

/** Returns the files of a recorded state that a scan found unchanged. */
export function unchangedFiles(
  state: RenderedState,
  { isUnchanged }: RenderedScan,
): UnchangedFiles {
  const intact: MarkedFile[] = [];
  const copies: Copy[] = [];
  let start = 0;
  for (const file of state.files) {
    const end = start + file.clusters.length;
    const marked = { ...file, marks: state.marks.subarray(start * markCount, end * markCount) };
    if (!isUnchanged.subarray(start, end).includes(0)) intact.push(marked);
    else
      copies.push(...copiesOf(state.root, marked).filter((_, index) => isUnchanged[start + index]));
    start = end;
  }
  return { intact, copies };
}

function copiesOf(root: string, file: MarkedFile): readonly Copy[] {
  const { digest } = file;
  return pathsOf(root, file).map((path, index) => {
    const marks = file.marks.subarray(index * markCount, (index + 1) * markCount);
    return { path, digest, marks };
  });
}

/**
 * Records the state of the rendered files after a compile.
 *
 * @param seen - marks of files that were written or read, by path
 * @param intact - files of the previous compile that this one did not touch
 */
export function recordRenderedState(
  { root, files }: Omit<RenderedState, 'marks'>,
  seen: ReadonlyMap<string, Marks>,
  intact: readonly MarkedFile[],
): RenderedState {
  const find = indexShared(intact);
  const same = files.map(find);
  const known = new Map(seen);
  const stay = new Set(same);
  for (const file of intact) {
    if (stay.has(file)) continue;
    for (const { path, marks } of copiesOf(root, file))
      if (!known.has(path)) known.set(path, marks);
  }
  const settled = Date.now() - tick;
  const count = files.reduce((sum, { clusters }) => sum + clusters.length, 0);
  const marks = new Float64Array(count * markCount).fill(Number.NaN);
  let place = 0;
  for (const [index, file] of files.entries()) {
    const before = same[index];
    if (before !== undefined) marks.set(before.marks, place * markCount);
    else setMarks(marks.subarray(place * markCount), pathsOf(root, file), known, settled);
    place += file.clusters.length;
  }
  return { root, files, marks };
}

function setMarks(
  into: Float64Array,
  paths: readonly string[],
  known: ReadonlyMap<string, Marks>,
  settled: number,
): void {
  for (const [index, path] of paths.entries()) {
    const marks = known.get(path);
    if (marks !== undefined && isSettled(marks, settled)) into.set(marks, index * markCount);
  }
}

function isSettled([, changed = 0, moved = 0]: Marks, before: number): boolean {
  return Math.max(changed, moved) < before;
}
