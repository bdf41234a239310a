/**
 * What a compile leaves for the next one: the marks and digests of the files it wrote, so that they
 * need not be read again; what came of which inputs; and the results of its parts. It only spares
 * work: lost, broken, or of another version, it is as if there were none.
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
import { isGenerated } from '#model/rendered.ts';
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

/** About 5,000 files, at some 50 bytes each: from so many on, a thread looks at them. */
const largeSize = 250_000;

/** What came of a compile. `Outcome` is plain data. */
interface Content<Outcome> {
  readonly state: RenderedState;
  /** Digest of all that the outcome depends on. */
  readonly inputs: string;
  readonly outcome: Outcome;
}

/** The memory of the compiles into one directory. */
export class CompileCache<Outcome> {
  readonly #directory: string;
  readonly #content: Store<Content<Outcome>>;
  /** By key, in JSON: most are asked for by name alone, and a text is read and written quickest. */
  readonly #results: Store<ReadonlyMap<string, string>>;
  readonly #used = new Map<string, string>();
  readonly #seen = new Map<string, Marks>();
  #intact: readonly MarkedFile[] = [];

  /** @param code - tells the code that remembers from any other, whose results may differ */
  constructor(directory: string, code: string) {
    this.#directory = directory;
    const file = join(cacheFolder('compile'), digestOf(resolve(directory)));
    this.#content = new Store(`${file}.files`, code);
    this.#results = new Store(`${file}.results`, code);
  }

  /** Looks at the rendered files. Where there are thousands of them, a thread does it meanwhile. */
  async scan(root: string): Promise<RenderedScan> {
    const { file, code, size } = this.#content;
    if (size > largeSize) {
      const task = { directory: this.#directory, root, file, code };
      const { scan, digest } = await scanInThread(task);
      // Another compile may have saved its own meanwhile.
      if (digest === this.#content.digest) return scan;
    }
    return scanRendered(this.#directory, stateBelow(root, this.#content.value));
  }

  /** What is rendered below a root, of which what is not as it was left has to be read. */
  existing(root: string, scan: RenderedScan): Existing {
    const { intact, copies } = unchangedFiles(stateBelow(root, this.#content.value), scan);
    this.#intact = intact;
    const others = new Map<string, FileContent | Written>();
    for (const { path, digest, marks } of copies) {
      others.set(path, { digest });
      this.#seen.set(path, marks);
    }
    for (const { path, marks, isOrdinary } of scan.others) {
      others.set(path, readContent(this.#directory, path, isOrdinary));
      this.#seen.set(path, marks);
    }
    return { intact, others };
  }

  /** The marks of a file that has just been written. */
  wrote(path: string, marks: Marks): void {
    this.#seen.set(path, marks);
  }

  /** Whether these are the inputs of the last compile. */
  isOf(inputs: string): boolean {
    return this.#content.value?.inputs === inputs;
  }

  /** What came of the last compile, if what it rendered is still there, and nothing else of ours. */
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
    const ours = added.some(([, content]) => typeof content === 'string' && isGenerated(content));
    return ours ? undefined : outcome;
  }

  /** A result of an earlier compile. */
  get(key: string): unknown {
    const known = this.#recall(key);
    return known === undefined ? undefined : JSON.parse(known);
  }

  has(key: string): boolean {
    return this.#recall(key) !== undefined;
  }

  set(key: string, value: unknown): void {
    this.#used.set(key, JSON.stringify(value));
  }

  /** Keeps the results that this compile has used or made. */
  saveResults(): void {
    this.#results.save(this.#used);
  }

  /** @param files - what compile has rendered: written now, or found as it should be */
  saveOutcome(inputs: string, outcome: Outcome, files: Omit<RenderedState, 'marks'>): void {
    // Last, so that hardly any file has changed too shortly before for its marks to tell.
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

/** Undefined when there is no such file. */
function digestOfContent(content: FileContent | Written | undefined): string | undefined {
  if (typeof content === 'string') return digestOf(content);
  return content !== undefined && 'digest' in content ? content.digest : undefined;
}
