import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache/folder.ts';
import { Store } from '../cache/store.ts';
import type { RepositoryState } from './repository-state.ts';

/** What an engine answered, and the paths that it read or looked for. */
export interface Answered<T> {
  readonly type: 'answered';
  readonly answer: T;
  readonly reads: readonly string[];
}

/** Answers for one request, each over other files; the latest comes first. */
type Remembered = readonly (Answered<unknown> & { readonly state: string })[];

/** More files in one of the 64 folders are removed. */
const maxFiles = 64;

/** More answers for one request are forgotten. Branches and their bases go back and forth. */
const maxAnswers = 4;

/**
 * Answers of engines in the user's cache folder, for all commands. An answer is found by the digest of the
 * engine, by the request, and by the files that the engine read or looked for.
 */
export class BuildMemory {
  readonly #folder: string;

  constructor(folder: string = cacheFolder('builds')) {
    this.#folder = folder;
  }

  /** @param key - tells the engine and the request from any others */
  recall(key: string, repository: RepositoryState): Answered<unknown> | undefined {
    const known = this.#storeOf(key).value ?? [];
    return known.find(({ reads, state }) => repository.digestOf(reads) === state);
  }

  remember(key: string, answered: Answered<unknown>, repository: RepositoryState): void {
    const store = this.#storeOf(key);
    const state = repository.digestOf(answered.reads);
    const others = (store.value ?? []).filter((other) => other.state !== state);
    store.save([{ ...answered, state }, ...others].slice(0, maxAnswers));
    try {
      this.#prune(key);
    } catch {
      // Another process prunes, too, or the disk keeps no cache.
    }
  }

  /** Forgets the oldest answers of a folder with too many. */
  #prune(key: string): void {
    const folder = this.#folderOf(key);
    const files = readdirSync(folder).map((name) => join(folder, name));
    if (files.length <= maxFiles) return;
    const ages = files.map((file) => ({ file, at: statSync(file).mtimeMs }));
    const oldest = ages.sort((a, b) => a.at - b.at).slice(0, files.length - maxFiles);
    for (const { file } of oldest) rmSync(file, { force: true });
  }

  #folderOf(key: string): string {
    return join(this.#folder, key.slice(0, 1));
  }

  #storeOf(key: string): Store<Remembered> {
    return new Store(join(this.#folderOf(key), key), 'builds');
  }
}
