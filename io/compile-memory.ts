/**
 * What a compile leaves for the next one: the digests of the files it wrote, so that they need not be
 * read again, and what came of which inputs. It only spares work: lost, stale or of another version,
 * it is as if there were none.
 */
import { mkdirSync, readFileSync, renameSync, type Stats, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { digestOf, type FileContent, type OutputMap, type Written } from '#model/files.ts';
import { isOurs } from '#model/rendered.ts';

/** A file that changed this shortly before, in ms, may change again without its stats showing it. */
const tick = 50;

const currentLayout = 'regatta compile memory 1';

/** What changes when a file does: bytes, modified and changed (both ms), inode. */
type Marks = readonly number[];

interface Content<Outcome> {
  readonly files: Readonly<Record<string, readonly [digest: string, ...Marks]>>;
  /** Digest of all that the outcome depends on. */
  readonly inputs: string;
  readonly outcome: Outcome;
}

/** The memory of the compiles into one directory. `Outcome` is anything that JSON holds. */
export class CompileMemory<Outcome> {
  readonly #file: string;
  readonly #content: Content<Outcome> | undefined;
  readonly #marks = new Map<string, Marks>();

  constructor(output: string) {
    this.#file = join(cacheFolder(), `${digestOf(resolve(output))}`);
    this.#content = readContent(this.#file);
  }

  /** What a file is by its stats, when it is one that an earlier compile wrote. */
  known(path: string, stats: Stats): Written | undefined {
    const marks = marksOf(stats);
    this.#marks.set(path, marks);
    const [digest, ...remembered] = this.#content?.files[path] ?? [];
    const same = remembered.length > 0 && marks.every((mark, index) => mark === remembered[index]);
    return same && digest !== undefined ? { digest } : undefined;
  }

  /** The stats of a file that has just been written. */
  wrote(path: string, stats: Stats): void {
    this.#marks.set(path, marksOf(stats));
  }

  /** What came of the same inputs, if the output is still what was written then. */
  outcomeOf(inputs: string, existing: OutputMap): Outcome | undefined {
    if (this.#content?.inputs !== inputs) return undefined;
    const { files, outcome } = this.#content;
    for (const path in files) {
      if (digestOfContent(existing.get(path)) !== files[path]?.[0]) return undefined;
    }
    const added = existing.entries().filter(([path]) => files[path] === undefined);
    const ours = added.some(([, content]) => typeof content === 'string' && isOurs(content));
    return ours ? undefined : outcome;
  }

  /** @param output - all files that compile has now written or found as they should be */
  save(inputs: string, outcome: Outcome, output: ReadonlyMap<string, string>): void {
    const settled = Date.now() - tick;
    const files: Record<string, readonly [string, ...Marks]> = {};
    for (const [path, text] of output) {
      const digest = digestOf(text);
      const marks = this.#marks.get(path) ?? [];
      const [, modified = 0, changed = 0] = marks;
      files[path] = Math.max(modified, changed) < settled ? [digest, ...marks] : [digest];
    }
    try {
      writeContent<Outcome>(this.#file, { files, inputs, outcome });
    } catch {
      // A disk that keeps no cache makes the next compile slower, and changes nothing else.
    }
  }
}

/** Undefined when there is no such file. */
function digestOfContent(content: FileContent | Written | undefined): string | undefined {
  if (typeof content === 'string') return digestOf(content);
  return content !== undefined && 'digest' in content ? content.digest : undefined;
}

function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return [size, mtimeMs, ctimeMs, ino];
}

/** Undefined when there is none, or not all of it, or of another layout. */
function readContent<Outcome>(file: string): Content<Outcome> | undefined {
  try {
    const [layout, digest, text = ''] = readFileSync(file, 'utf8').split('\n');
    return layout === currentLayout && digest === digestOf(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function writeContent<Outcome>(file: string, content: Content<Outcome>): void {
  const draft = `${file}.${process.pid}.tmp`;
  const text = JSON.stringify(content);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, `${currentLayout}\n${digestOf(text)}\n${text}`);
  renameSync(draft, file);
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', 'compile');
}
