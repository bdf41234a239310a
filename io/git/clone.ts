import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFile, privateFolder } from '../files/private.ts';
import type { RunGit } from './branch.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { keepBytes } from './exact-bytes.ts';
import { withinLimit } from './limit.ts';
import { type GitHow, runGit, withHow } from './process.ts';

/** Where a clone is, and how git reaches its remote. */
interface CloneOptions {
  readonly url: string;
  readonly directory: string;
  /** Returns the settings with which git reaches the remote. Each call reads the token again. */
  readonly how: () => GitHow;
  /** Whether git fetches all files, or only trees and the contents that the syncer reads. */
  readonly whole: boolean;
  readonly maxFetchBytes: number;
  /** Called when the server has sent nothing for `ms` milliseconds. */
  readonly onSilence?: ((ms: number) => void) | undefined;
}

/** Minimum time between two complete checks of a clone, in milliseconds. */
const checkMs = 10 * 60_000;

/** Maximum time for the preparation of a clone, and for a check, in milliseconds. */
const prepareMs = 60_000;

/** A bare clone on disk. Git can fetch everything in it again, so the syncer replaces a damaged clone. */
export class Clone {
  readonly directory: string;
  readonly #options: CloneOptions;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CloneOptions) {
    this.#options = options;
    this.directory = options.directory;
  }

  get url(): string {
    return this.#options.url;
  }

  /** Runs git in the clone. */
  readonly run: RunGit = (...call) => this.runIn(this.directory, ...call);

  /** Runs git in a directory, with the access of this clone to its remote. */
  runIn(directory: string, ...[command, signal, how]: Parameters<RunGit>): ReturnType<RunGit> {
    const { how: reach, maxFetchBytes: maxBytes, onSilence } = this.#options;
    const access = command.reaches === 'server' ? { ...reach(), onSilence } : {};
    const run = (until: AbortSignal) => runGit(directory, command, until, withHow(access, how));
    const limit = { maxBytes, hint: ' (raise --git-limit)' };
    return command.args.includes('fetch')
      ? withinLimit(directory, limit, signal, run)
      : run(signal);
  }

  /** Creates the clone, or replaces one whose refs git cannot read. */
  async prepare(): Promise<void> {
    const signal = AbortSignal.timeout(prepareMs);
    const isThere = existsSync(join(this.directory, 'HEAD'));
    if (isThere && (await this.#passes(queries.checkRefs(), signal))) return;
    if (isThere) await rm(this.directory, { recursive: true });
    await this.#create(this.directory, signal);
  }

  /**
   * Replaces a damaged clone after a failure. A clone whose refs are sound keeps what it has until the server
   * has sent the branch again, because the failure may be the server's.
   */
  async repair(branch: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await this.prepare();
    if (performance.now() - this.#checkedAt < checkMs) return;
    this.#checkedAt = performance.now();
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(prepareMs)]);
    if (await this.#passes(queries.checkObjects(), deadline)) return;
    const fresh = this.directory.replace(/\.git$/, '.new.git');
    try {
      await rm(fresh, { recursive: true, force: true });
      await this.#create(fresh, deadline);
      const contents = this.#options.whole ? 'all' : 'none';
      const ref = `refs/regatta-fetched/${branch}`;
      await this.runIn(fresh, updates.fetchBranch({ branch, ref, contents, depth: 1 }), deadline);
      await rm(this.directory, { recursive: true, force: true });
      await rename(fresh, this.directory);
    } catch {
      await rm(fresh, { recursive: true, force: true });
    }
  }

  async #passes(
    check: ReturnType<typeof queries.checkRefs>,
    signal: AbortSignal,
  ): Promise<boolean> {
    await this.configure(this.directory, this.#filter);
    return this.run(check, signal).then(
      () => true,
      () => false,
    );
  }

  async #create(directory: string, signal: AbortSignal): Promise<void> {
    await mkdir(directory, { recursive: true, mode: privateFolder });
    await this.runIn(directory, updates.initialise(), signal);
    await this.configure(directory, this.#filter);
  }

  get #filter(): string | undefined {
    return this.#options.whole ? undefined : 'blob:none';
  }

  /** Writes the complete settings of a clone. They replace its config file, so that old settings do not apply. */
  async configure(directory: string, filter: string | undefined): Promise<void> {
    // Another process may use the clone: it must see either the old file or the complete new one.
    const config = join(directory, 'config');
    const draft = `${config}.${process.pid}`;
    await writeFile(draft, configOf(this.#options.url, filter), { mode: privateFile });
    await rename(draft, config);
    keepBytes(directory);
  }
}

/** Returns the text of a clone's config file. */
function configOf(url: string, filter: string | undefined): string {
  const quoted = `"${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const core = (version: number) =>
    `[core]\n\trepositoryFormatVersion = ${version}\n\tbare = true\n\tsharedRepository = 0600\n`;
  const remote = `[remote "origin"]\n\turl = ${quoted}\n`;
  if (filter === undefined) return core(0) + remote;
  const partial = `\tpromisor = true\n\tpartialCloneFilter = ${filter}\n`;
  return `${core(1)}${remote}${partial}[extensions]\n\tpartialClone = origin\n`;
}
