import type { Written } from '#model/files.ts';
import { type Marks, markCount } from './listing.ts';

/** A file that changed this shortly before, in ms, may change again without its marks showing it. */
const tick = 50;

/** Tens of thousands of files in as few values as can be, because they are read and written whole. */
export interface WrittenFilesData {
  readonly paths: readonly string[];
  /** Of each path, its place in `digests`: many files have the same content. */
  readonly contents: Uint32Array;
  readonly digests: readonly string[];
  /** `Marks` of each path in turn; NaN where they are not known. */
  readonly marks: Float64Array;
}

/** The files that compile wrote, and what tells by their marks that they are as it wrote them. */
export class WrittenFiles {
  readonly #data: WrittenFilesData;
  readonly #written: readonly Written[];
  readonly #places = new Map<string, number>();

  constructor(data: WrittenFilesData) {
    this.#data = data;
    this.#written = data.digests.map((digest) => ({ digest }));
    for (const [place, path] of data.paths.entries()) this.#places.set(path, place);
  }

  get paths(): readonly string[] {
    return this.#data.paths;
  }

  has(path: string): boolean {
    return this.#places.has(path);
  }

  /** The content that was written there. */
  at(path: string): Written | undefined {
    const place = this.#places.get(path);
    return place === undefined ? undefined : this.#written[this.#data.contents[place] ?? 0];
  }

  /** The content of a file, if its marks are those that it was written with. */
  known(path: string, marks: Marks): Written | undefined {
    const place = this.#places.get(path);
    if (place === undefined) return undefined;
    for (let index = 0; index < markCount; index++) {
      if (this.#data.marks[place * markCount + index] !== marks[index]) return undefined;
    }
    return this.#written[this.#data.contents[place] ?? 0];
  }

  marksOf(path: string): Float64Array | undefined {
    const place = this.#places.get(path);
    if (place === undefined) return undefined;
    return this.#data.marks.subarray(place * markCount, (place + 1) * markCount);
  }
}

/**
 * @param seen - the marks of files that were written, or looked different from what was known
 * @param before - what is known of the others
 */
export function writtenFilesData(
  files: ReadonlyMap<string, Written>,
  seen: ReadonlyMap<string, Marks>,
  before: WrittenFiles | undefined,
): WrittenFilesData {
  const settled = Date.now() - tick;
  const digests = new Map<string, number>();
  const data = {
    paths: [...files.keys()],
    contents: new Uint32Array(files.size),
    marks: new Float64Array(files.size * markCount).fill(Number.NaN),
  };
  let place = 0;
  for (const [path, { digest }] of files) {
    const content = digests.get(digest) ?? digests.size;
    digests.set(digest, content);
    data.contents[place] = content;
    const marks = seen.get(path) ?? before?.marksOf(path);
    if (marks !== undefined && isSettled(marks, settled)) data.marks.set(marks, place * markCount);
    place++;
  }
  return { ...data, digests: [...digests.keys()] };
}

function isSettled([, changed = 0, moved = 0]: Marks, before: number): boolean {
  return Math.max(changed, moved) < before;
}
