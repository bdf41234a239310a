import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache/folder.ts';
import { Store } from '../cache/store.ts';
import type { RepositoryState } from './repository-state.ts';

/** An engine's answer, and the paths that the engine read or looked for. */
export interface Answered<T> {
  readonly type: 'answered';
  readonly answer: T;
  readonly reads: readonly string[];
}

/** Answers to one request for different states of the files, newest first. */
type Remembered = readonly (Answered<unknown> & { readonly state: string })[];

/** Maximum number of files per folder. */
const maxFiles = 64;

/** Maximum number of answers per request. There are several, because users switch between branches. */
const maxAnswers = 4;

/**
 * Caches the engines' answers in the user's cache folder, for all commands. The key of an answer is
 * the digest of the engine, the request, and the state of the files that the engine read or looked for.
 */
export class BuildMemory {
  readonly #folder: string;

  constructor(folder: string = cacheFolder('builds')) {
    this.#folder = folder;
  }

  /**
   * Returns the stored answer for the current state of the files, or undefined without one.
   *
   * @param key - identifies the engine and the request
   */
  recall(key: string, repository: RepositoryState): Answered<unknown> | undefined {
    const known = this.#storeOf(key).value ?? [];
    return known.find(({ reads, state }) => repository.digestOf(reads) === state);
  }

  /** Stores an answer for the current state of the files that the engine read or looked for. */
  remember(key: string, answered: Answered<unknown>, repository: RepositoryState): void {
    const store = this.#storeOf(key);
    const state = repository.digestOf(answered.reads);
    const others = (store.value ?? []).filter((other) => other.state !== state);
    store.save([{ ...answered, state }, ...others].slice(0, maxAnswers));
    try {
      this.#prune(key);
    } catch {
      // Another process may be pruning, or the disk may not be writable.
    }
  }

  /** Removes the oldest files of a folder that has too many. */
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
