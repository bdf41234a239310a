/**
 * The cache of compiles into one directory. It holds marks and digests of the rendered files, so that
 * a compile need not read unchanged files again. It also holds the outcome of the last inputs, and
 * results of single passes. A lost, broken or outdated cache counts as empty.
 */

import { join, resolve } from 'node:path';
import {
  digestOf,
  type Existing,
  type FileContent,
  indexShared,
  pathsOf,
  type Written,
} from '#model/files.ts';
import { parseJson } from '#model/json.ts';
import { acknowledgedFile, isGenerated } from '#model/rendered.ts';
import { readContent } from '../files/files.ts';
import type { Marks } from '../files/listing.ts';
import { cacheFolder } from './folder.ts';
import {
  type MarkedFile,
  type RenderedScan,
  type RenderedState,
  recordRenderedState,
  scanRendered,
  unchangedFiles,
} from './rendered-state.ts';
import { scanInThread, stateBelow } from './scan.ts';
import { Store } from './store.ts';

/** From this size on, in bytes, a thread scans the rendered files: about 5,000 files at 50 bytes each. */
const largeSize = 250_000;

/** The stored result of a compile. `Outcome` is plain data. */
interface Content<Outcome> {
  readonly state: RenderedState;
  /** Digest of everything that the outcome depends on. */
  readonly inputs: string;
  readonly outcome: Outcome;
}

/** Caches the compiles into one directory. */
export class CompileCache<Outcome> {
  readonly #directory: string;
  readonly #content: Store<Content<Outcome>>;
  /** Results by key, in JSON: most are only tested for presence, and text is fastest to load and store. */
  readonly #results: Store<ReadonlyMap<string, string>>;
  readonly #used = new Map<string, string>();
  readonly #seen = new Map<string, Marks>();
  #intact: readonly MarkedFile[] = [];

  /**
   * Opens the cache of compiles into a directory.
   *
   * @param code - identifies this version of the code; the cache ignores results of other versions
   */
  constructor(directory: string, code: string) {
    this.#directory = directory;
    const file = join(cacheFolder('compile'), digestOf(resolve(directory)));
    this.#content = new Store(`${file}.files`, code);
    this.#results = new Store(`${file}.results`, code);
  }

  /** Scans the rendered files. A separate thread scans them if there are thousands. */
  async scan(root: string): Promise<RenderedScan> {
    const { file, code, size } = this.#content;
    if (size > largeSize) {
      const task = { directory: this.#directory, root, file, code };
      const { scan, digest } = await scanInThread(task);
      // Another compile may have replaced the stored state after the thread read it.
      if (digest === this.#content.digest) return scan;
    }
    return scanRendered(this.#directory, stateBelow(root, this.#content.value));
  }

  /** Returns the files below a rendered root. Reads only files that changed since the last compile. */
  existing(root: string, scan: RenderedScan): Existing {
    const { intact, copies } = unchangedFiles(stateBelow(root, this.#content.value), scan);
    this.#intact = intact;
    const others = new Map<string, FileContent | Written>();
    for (const { path, digest, marks } of copies) {
      others.set(path, { digest });
      this.#seen.set(path, marks);
    }
    for (const { path, marks, isRegularFile } of scan.others) {
      others.set(path, readContent(this.#directory, path, isRegularFile));
      this.#seen.set(path, marks);
    }
    return { intact, others };
  }

  /** Records the marks of a file that has just been written. */
  wrote(path: string, marks: Marks): void {
    this.#seen.set(path, marks);
  }

  /** Reports whether these are the inputs of the last compile. */
  isOf(inputs: string): boolean {
    return this.#content.value?.inputs === inputs;
  }

  /** Returns the rendered files of the last compile, if these are its inputs. The files on the disk may have changed since. */
  filesOf(inputs: string): Omit<RenderedState, 'marks'> | undefined {
    return this.isOf(inputs) ? this.#content.value?.state : undefined;
  }

  /**
   * Returns the outcome of the last compile, if its rendered files are unchanged and there are no others that
   * compile would remove or reject.
   */
  outcomeOver({ others }: Existing): Outcome | undefined {
    const content = this.#content.value;
    if (content === undefined) return undefined;
    const { state, outcome } = content;
    const find = indexShared(this.#intact);
    const touched = state.files.filter((file) => find(file) === undefined);
    const expected = new Map(
      touched.flatMap((file) => pathsOf(state.root, file).map((path) => [path, file.digest])),
    );
    const isLost = ([path, digest]: readonly [string, string]) =>
      digestOfContent(others.get(path)) !== digest;
    if ([...expected].some(isLost)) return undefined;
    const added = others.entries().filter(([path]) => !expected.has(path));
    const matters = added.some(
      ([path, content]) =>
        path.endsWith(`/${acknowledgedFile}`) ||
        (typeof content === 'string' && isGenerated(content)),
    );
    return matters ? undefined : outcome;
  }

  /**
   * Returns the result that a pass stored under a key in this or an earlier compile, or undefined
   * without a result.
   */
  get(key: string): unknown {
    const known = this.#recall(key);
    return known === undefined ? undefined : parseJson(known);
  }

  /** Reports whether a pass stored a result under a key in this or an earlier compile. */
  has(key: string): boolean {
    return this.#recall(key) !== undefined;
  }

  /** Adds the result of a pass. `saveResults` writes it to the disk. */
  set(key: string, value: unknown): void {
    this.#used.set(key, JSON.stringify(value));
  }

  /** Stores the results that this compile used or made, and drops all others. */
  saveResults(): void {
    this.#results.save(this.#used);
  }

  /**
   * Stores the outcome of a compile, and the state of the rendered files.
   *
   * @param files - all rendered files: those written now, and those that were up to date
   */
  saveOutcome(inputs: string, outcome: Outcome, files: Omit<RenderedState, 'marks'>): void {
    // Runs at the end of a compile, when the timestamps of most written files have settled.
    this.#content.save({
      state: recordRenderedState(files, this.#seen, this.#intact),
      inputs,
      outcome,
    });
  }

  #recall(key: string): string | undefined {
    const known = this.#used.get(key) ?? this.#results.value?.get(key);
    if (known !== undefined) this.#used.set(key, known);
    return known;
  }
}

/** Returns a file's digest, or undefined when the file does not exist or is unreadable. */
function digestOfContent(content: FileContent | Written | undefined): string | undefined {
  if (typeof content === 'string') return digestOf(content);
  return content !== undefined && 'digest' in content ? content.digest : undefined;
}
