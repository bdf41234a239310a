/**
 * What a compile leaves for the next one: the marks and digests of the files it wrote, so that they
 * need not be read again; what came of which inputs; and the results of its parts. It only spares
 * work: lost, broken, or of another version, it is as if there were none.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { digestOf, type FileContent, type OutputMap, type Written } from '#model/files.ts';
import { isOurs } from '#model/rendered.ts';
import type { Marks } from './listing.ts';
import { WrittenFiles, type WrittenFilesData, writtenFilesData } from './written-files.ts';

/** About 5,000 files, at the hundred bytes that are kept of each. */
const largeSize = 500_000;

/** What came of a compile. `Outcome` is plain data. */
interface Content<Outcome> {
  readonly files: WrittenFilesData;
  /** Digest of all that the outcome depends on. */
  readonly inputs: string;
  readonly outcome: Outcome;
}

/** The memory of the compiles into one directory. */
export class CompileMemory<Outcome> {
  readonly #content: Store<Content<Outcome>>;
  /** By key, in JSON: most are asked for by name alone, and a text is read and written quickest. */
  readonly #results: Store<ReadonlyMap<string, string>>;
  readonly #used = new Map<string, string>();
  readonly #seen = new Map<string, Marks>();
  #files: WrittenFiles | undefined;

  /** @param code - tells the code that remembers from any other, whose results may differ */
  constructor(output: string, code: string) {
    const file = join(cacheFolder(), digestOf(resolve(output)));
    this.#content = new Store(`${file}.files`, code);
    this.#results = new Store(`${file}.results`, code);
  }

  /** What a file is by its marks, when it is one that an earlier compile wrote. */
  known(path: string, marks: Marks): Written | undefined {
    const known = this.#writtenFiles()?.known(path, marks);
    if (known === undefined) this.#seen.set(path, marks);
    return known;
  }

  /** The marks of a file that has just been written. */
  wrote(path: string, marks: Marks): void {
    this.#seen.set(path, marks);
  }

  /** Whether the last compile left thousands of files: told without reading what it left. */
  get isLarge(): boolean {
    return this.#content.size > largeSize;
  }

  /** Whether these are the inputs of the last compile. */
  isOf(inputs: string): boolean {
    return this.#content.value?.inputs === inputs;
  }

  /** What came of the last compile, if the output is still what was written then. */
  outcomeOver(existing: OutputMap): Outcome | undefined {
    const content = this.#content.value;
    const files = this.#writtenFiles();
    if (content === undefined || files === undefined) return undefined;
    const isLost = (path: string) => digestOfContent(existing.get(path)) !== files.at(path)?.digest;
    if (files.paths.some(isLost)) return undefined;
    const added = existing.entries().filter(([path]) => !files.has(path));
    const ours = added.some(([, content]) => typeof content === 'string' && isOurs(content));
    return ours ? undefined : content.outcome;
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

  /** @param output - all files that compile has now written or found as they should be */
  save(inputs: string, outcome: Outcome, output: ReadonlyMap<string, Written>): void {
    const files = writtenFilesData(output, this.#seen, this.#writtenFiles());
    this.#content.save({ files, inputs, outcome });
    this.#results.save(this.#used);
  }

  #recall(key: string): string | undefined {
    const known = this.#used.get(key) ?? this.#results.value?.get(key);
    if (known !== undefined) this.#used.set(key, known);
    return known;
  }

  #writtenFiles(): WrittenFiles | undefined {
    const data = this.#content.value?.files;
    if (data !== undefined) this.#files ??= new WrittenFiles(data);
    return this.#files;
  }
}

/** A value in a file of its own, read when it is asked for. */
class Store<T> {
  readonly #file: string;
  readonly #code: string;
  #read: { readonly value: T | undefined } | undefined;

  constructor(file: string, code: string) {
    this.#file = file;
    this.#code = code;
  }

  /** In bytes; 0 when there is none. */
  get size(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  get value(): T | undefined {
    this.#read ??= { value: this.#load() };
    return this.#read.value;
  }

  save(value: T): void {
    const draft = `${this.#file}.${process.pid}.tmp`;
    const bytes = serialize(value);
    const head = Buffer.from(`${this.#headOf(bytes)}\n`);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(draft, Buffer.concat([head, bytes]));
      renameSync(draft, this.#file);
    } catch {
      // A disk that keeps no cache makes the next compile slower, and changes nothing else.
    }
  }

  #load(): T | undefined {
    try {
      const content = readFileSync(this.#file);
      const end = content.indexOf('\n');
      const bytes = content.subarray(end + 1);
      const isWhole = content.subarray(0, end).toString() === this.#headOf(bytes);
      return isWhole ? deserialize(bytes) : undefined;
    } catch {
      return undefined;
    }
  }

  #headOf(bytes: Uint8Array): string {
    return `${this.#code} ${digestOf(bytes)}`;
  }
}

/** Undefined when there is no such file. */
function digestOfContent(content: FileContent | Written | undefined): string | undefined {
  if (typeof content === 'string') return digestOf(content);
  return content !== undefined && 'digest' in content ? content.digest : undefined;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', 'compile');
}
