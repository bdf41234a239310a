import type { Stats } from 'node:fs';
import type { Written } from '#model/files.ts';

/** A file that changed this shortly before, in ms, may change again without its stats showing it. */
const tick = 50;

/** What changes when a file does. */
const marks = ['size', 'mtimeMs', 'ctimeMs', 'ino'] as const;

/** Tens of thousands of files in as few values as can be, because they are read and written whole. */
export interface WrittenFilesData {
  readonly paths: readonly string[];
  /** Of each path, its place in `digests`: many files have the same content. */
  readonly contents: Uint32Array;
  readonly digests: readonly string[];
  /** `marks` of each path in turn; NaN where they are not known. */
  readonly marks: Float64Array;
}

/** The files that compile wrote, and what tells by their stats that they are as it wrote them. */
export class WrittenFiles {
  readonly #data: WrittenFilesData;
  readonly #written: readonly Written[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(data: WrittenFilesData) {
    this.#data = data;
    this.#written = data.digests.map((digest) => ({ digest }));
    this.#places = new Map(data.paths.map((path, place) => [path, place]));
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

  /** The content of a file, if its stats are those that it was written with. */
  known(path: string, stats: Stats): Written | undefined {
    const known = this.marksOf(path);
    const same = known !== undefined && marks.every((mark, index) => known[index] === stats[mark]);
    return same ? this.at(path) : undefined;
  }

  marksOf(path: string): Float64Array | undefined {
    const place = this.#places.get(path);
    if (place === undefined) return undefined;
    return this.#data.marks.subarray(place * marks.length, (place + 1) * marks.length);
  }
}

/**
 * @param seen - the stats of files that were written, or looked different from what was known
 * @param before - what is known of the others
 */
export function writtenFilesData(
  files: ReadonlyMap<string, Written>,
  seen: ReadonlyMap<string, Stats>,
  before: WrittenFiles | undefined,
): WrittenFilesData {
  const settled = Date.now() - tick;
  const digests = new Map<string, number>();
  const data = {
    paths: [...files.keys()],
    contents: new Uint32Array(files.size),
    marks: new Float64Array(files.size * marks.length).fill(Number.NaN),
  };
  let place = 0;
  for (const [path, { digest }] of files) {
    const content = digests.get(digest) ?? digests.size;
    digests.set(digest, content);
    data.contents[place] = content;
    const stats = seen.get(path);
    const known = stats === undefined ? before?.marksOf(path) : marksIn(stats, settled);
    if (known !== undefined) data.marks.set(known, place * marks.length);
    place++;
  }
  return { ...data, digests: [...digests.keys()] };
}

function marksIn(stats: Stats, settled: number): readonly number[] | undefined {
  const isSettled = Math.max(stats.mtimeMs, stats.ctimeMs) < settled;
  return isSettled ? marks.map((mark) => stats[mark]) : undefined;
}
