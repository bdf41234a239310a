import type { NeededBuilds } from '#compiler/build/needed.ts';
import { readSourceLock } from '#compiler/parse/lock.ts';
import type { FileContent } from '#model/files.ts';
import { lockFile } from '#model/image-lock.ts';
import {
  type FetchFault,
  fetchedFolder,
  type RemoteSource,
  remoteKey,
} from '#model/remote-source.ts';
import { withSources } from './lock-text.ts';

/** Which remote sources are fetched: locked ones only; or to lock them, those without an entry or all. */
export type Fetching = 'locked' | 'unlocked' | 'all';

/** Limit for the fetch of one source, in milliseconds. */
const timeoutMs = 120_000;

/** Adds remote charts and bases to a repository's files. */
export class RemoteFiles {
  readonly faults: Map<string, FetchFault> = new Map();
  readonly #files: Map<string, FileContent>;
  readonly #locks: boolean;
  /** The sources that templates name, by `remoteKey`. */
  readonly asked: Set<string> = new Set();

  /** @param files - receives the fetched files, and the lock with new entries unless only locked sources are fetched */
  constructor(files: Map<string, FileContent>, fetching: Fetching) {
    this.#files = files;
    this.#locks = fetching !== 'locked';
    const text = files.get(lockFile);
    if (fetching === 'all' && typeof text === 'string') {
      files.set(lockFile, withSources(text, new Map()));
    }
  }

  /** Fetches sources that were not requested before; resolves to whether files were added. */
  async fetch(sources: NeededBuilds['remoteSources']): Promise<boolean> {
    const before = this.#files.size;
    for (const { source, digest } of sources) {
      const key = remoteKey(source);
      if (this.asked.has(key) || (digest === undefined && !this.#locks)) continue;
      this.asked.add(key);
      await this.#fetch(source, digest);
    }
    return this.#files.size > before;
  }

  async #fetch(source: RemoteSource, locked: string | undefined): Promise<void> {
    const { fetchSource } = await import('#io/fetch/fetch.ts');
    const result = await fetchSource(source, locked, AbortSignal.timeout(timeoutMs));
    if (result.type !== 'fetched') {
      this.faults.set(remoteKey(source), result);
      return;
    }
    const folder = fetchedFolder(source, result.digest);
    for (const [path, content] of result.files) this.#files.set(`${folder}/${path}`, content);
    if (locked !== undefined) return;
    const text = this.#files.get(lockFile);
    const lock = new Map([...readSourceLock(this.#files), [remoteKey(source), result.digest]]);
    this.#files.set(lockFile, withSources(typeof text === 'string' ? text : undefined, lock));
  }
}
