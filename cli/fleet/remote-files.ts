import type { NeededBuilds } from '#compiler/compile.ts';
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

/** What may be fetched: what is locked, as it is there; or to be locked, what is not or all. */
export type Fetching = 'locked' | 'unlocked' | 'all';

/** Longer nobody waits for one source, in milliseconds. */
const timeoutMs = 120_000;

/** Brings what templates take from the network into a repository's files. */
export class RemoteFiles {
  readonly faults: Map<string, FetchFault> = new Map();
  readonly #files: Map<string, FileContent>;
  readonly #locks: boolean;
  /** What templates name, by `remoteKey`. */
  readonly asked: Set<string> = new Set();

  /** @param files - it is added to them, in the folders of its sources; and their lock, to be locked */
  constructor(files: Map<string, FileContent>, fetching: Fetching) {
    this.#files = files;
    this.#locks = fetching !== 'locked';
    const text = files.get(lockFile);
    if (fetching === 'all' && typeof text === 'string') {
      files.set(lockFile, withSources(text, new Map()));
    }
  }

  /** Fetches what has not been asked for; resolves to whether files have come. */
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
