import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { Store } from '../store.ts';
import type { RepositoryState } from './repository-state.ts';

/** What an engine answered, and the paths that it read or looked for. */
export interface Answered<T> {
  readonly type: 'answered';
  readonly answer: T;
  readonly reads: readonly string[];
}

/** Answers for one request, each over other files; the latest comes first. */
type Remembered = readonly (Answered<unknown> & { readonly state: string })[];

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
  }

  #storeOf(key: string): Store<Remembered> {
    return new Store(join(this.#folder, key.slice(0, 2), key), 'builds');
  }
}
