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

/**
 * Which remote charts and bases Regatta fetches. With `locked`, it fetches only those with a digest in
 * the lock. With `unlocked`, it also fetches those without a digest, and adds their digests to the lock.
 * With `all`, it fetches all of them, and replaces all digests in the lock.
 */
export type Fetching = 'locked' | 'unlocked' | 'all';

/** Maximum time for the fetch of one chart or base, in milliseconds. */
const timeoutMs = 120_000;

/** Fetches remote charts and bases, and adds their files to the files of a fleet repository. */
export class RemoteFiles {
  /** Why charts and bases could not be fetched, by `remoteKey`. */
  readonly faults: Map<string, FetchFault> = new Map();
  readonly #files: Map<string, FileContent>;
  readonly #locks: boolean;
  /** The `remoteKey` of each chart and base that a call of `fetch` has requested. */
  readonly asked: Set<string> = new Set();

  /**
   * @param files - contents by path; `fetch` adds the files of charts and bases, and their digests to the
   *   lock unless `fetching` is `locked`
   */
  constructor(files: Map<string, FileContent>, fetching: Fetching) {
    this.#files = files;
    this.#locks = fetching !== 'locked';
    const text = files.get(lockFile);
    if (fetching === 'all' && typeof text === 'string') {
      files.set(lockFile, withSources(text, new Map()));
    }
  }

  /**
   * Fetches the charts and bases that no earlier call requested. Resolves to whether it added files.
   * After a failure it does not reject, but adds the reason to `faults`.
   */
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
