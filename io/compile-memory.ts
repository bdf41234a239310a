/**
 * What a compile leaves for the next one: the stats and digests of the files it wrote, so that they
 * need not be read again; what came of which inputs; and the results of its parts. It only spares
 * work: lost, broken, or of another version, it is as if there were none.
 */
import { mkdirSync, readFileSync, renameSync, type Stats, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { digestOf, type FileContent, type OutputMap, type Written } from '#model/files.ts';
import { isOurs } from '#model/rendered.ts';

/** A file that changed this shortly before, in ms, may change again without its stats showing it. */
const tick = 50;

/** What changes when a file does. */
type Marks = string;

interface WrittenFile extends Written {
  /** Of which nothing is known yet, when it has only just been written. */
  readonly marks: Marks | undefined;
}

/** What came of a compile. `Outcome` is plain data. */
interface Content<Outcome> {
  readonly files: ReadonlyMap<string, WrittenFile>;
  /** Digest of all that the outcome depends on. */
  readonly inputs: string;
  readonly outcome: Outcome;
}

/** The memory of the compiles into one directory. */
export class CompileMemory<Outcome> {
  readonly #content: Store<Content<Outcome>>;
  readonly #results: Store<ReadonlyMap<string, unknown>>;
  readonly #marks = new Map<string, Marks>();
  readonly #used = new Map<string, unknown>();

  /** @param code - tells the code that remembers from any other, whose results may differ */
  constructor(output: string, code: string) {
    const file = join(cacheFolder(), digestOf(resolve(output)));
    this.#content = new Store(`${file}.files`, code);
    this.#results = new Store(`${file}.results`, code);
  }

  /** What a file is by its stats, when it is one that an earlier compile wrote. */
  known(path: string, stats: Stats): Written | undefined {
    const marks = marksOf(stats);
    this.#marks.set(path, marks);
    const file = this.#content.value?.files.get(path);
    return file?.marks === marks ? file : undefined;
  }

  /** The stats of a file that has just been written. */
  wrote(path: string, stats: Stats): void {
    const settled = Math.max(stats.mtimeMs, stats.ctimeMs) < Date.now() - tick;
    if (settled) this.#marks.set(path, marksOf(stats));
    else this.#marks.delete(path);
  }

  /** What came of the same inputs, if the output is still what was written then. */
  outcomeOf(inputs: string, existing: OutputMap): Outcome | undefined {
    const content = this.#content.value;
    if (content?.inputs !== inputs) return undefined;
    const { files, outcome } = content;
    for (const [path, { digest }] of files) {
      if (digestOfContent(existing.get(path)) !== digest) return undefined;
    }
    const added = existing.entries().filter(([path]) => !files.has(path));
    const ours = added.some(([, content]) => typeof content === 'string' && isOurs(content));
    return ours ? undefined : outcome;
  }

  /** A result of an earlier compile. */
  get(key: string): unknown {
    const known = this.#used.get(key) ?? this.#results.value?.get(key);
    if (known !== undefined) this.#used.set(key, known);
    return known;
  }

  set(key: string, value: unknown): void {
    this.#used.set(key, value);
  }

  /** @param output - all files that compile has now written or found as they should be */
  save(inputs: string, outcome: Outcome, output: ReadonlyMap<string, string>): void {
    const digests = new Map<string, string>();
    const files = new Map<string, WrittenFile>();
    for (const [path, text] of output) {
      const digest = digests.get(text) ?? digestOf(text);
      digests.set(text, digest);
      files.set(path, { digest, marks: this.#marks.get(path) });
    }
    this.#content.save({ files, inputs, outcome });
    this.#results.save(this.#used);
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

  get value(): T | undefined {
    this.#read ??= { value: this.#load() };
    return this.#read.value;
  }

  save(value: T): void {
    const draft = `${this.#file}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      const bytes = serialize(value);
      writeFileSync(draft, serialize({ code: this.#code, digest: digestOf(bytes), bytes }));
      renameSync(draft, this.#file);
    } catch {
      // A disk that keeps no cache makes the next compile slower, and changes nothing else.
    }
  }

  #load(): T | undefined {
    try {
      const { code, digest, bytes } = deserialize(readFileSync(this.#file));
      return code === this.#code && digest === digestOf(bytes) ? deserialize(bytes) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Undefined when there is no such file. */
function digestOfContent(content: FileContent | Written | undefined): string | undefined {
  if (typeof content === 'string') return digestOf(content);
  return content !== undefined && 'digest' in content ? content.digest : undefined;
}

function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', 'compile');
}
