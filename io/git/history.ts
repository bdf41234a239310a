import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeletingCommit } from '#syncer/ports/source.ts';
import { borrowClone } from './borrowed-clone.ts';
import { type ChangedLines, parseDiff } from './changed-lines.ts';
import { checkOut } from './check-out.ts';
import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import { deletingCommits } from './deleting-commits.ts';
import { type GitAnswer, GitError, type GitHow, runGit } from './process.ts';
import { parseRecentChanges, type RecentChange } from './recent-changes.ts';
import { safeDirectories } from './safe-names.ts';
import { type Entry, isRegularFile, listedEntries, oidIn, parseBlobs, records } from './tree.ts';

/** The location of a fleet repository. */
interface Location {
  /** Root of the work tree of the Git repository that contains the fleet repository. */
  readonly root: string;
  /** Path of the fleet repository below the root: '' or `fleet/`. */
  readonly prefix: string;
  /** The Git directory of the work tree. */
  readonly gitDirectory: string;
}

/** The commits of the Git repository that contains a fleet repository. Paths are relative to the fleet repository. */
export class GitHistory {
  readonly #root: string;
  readonly #prefix: string;
  readonly #gitDirectory: string;
  readonly #signal: AbortSignal;
  readonly #how: GitHow;

  private constructor({ root, prefix, gitDirectory }: Location, how: GitHow, signal: AbortSignal) {
    this.#root = root;
    this.#prefix = prefix;
    this.#gitDirectory = gitDirectory;
    this.#how = how;
    this.#signal = signal;
  }

  /**
   * Opens the history of the Git repository that contains a directory.
   *
   * @throws Error when the directory is not in a Git repository
   */
  static async open(directory: string, signal: AbortSignal): Promise<GitHistory> {
    const how = { config: await safeDirectories(directory, signal) };
    const { output } = await runGit(directory, queries.locate(), signal, how);
    const [root, prefix, gitDirectory] = records(output, '\n');
    if (!root || prefix === undefined || !gitDirectory)
      throw new Error('git did not print the root of the work tree');
    return new GitHistory({ root, prefix, gitDirectory }, how, signal);
  }

  /**
   * Returns the id of the commit that a name resolves to.
   *
   * @throws Error when the name does not resolve to a commit of this clone
   */
  async resolve(ref: string): Promise<string> {
    const { code, output } = await this.#run(queries.resolveCommit(ref));
    if (code === 0) return oidIn(output);
    const hint =
      (await this.#shallowHint()) || ': name another commit (--base), or fetch it (git fetch)';
    throw new Error(`commit ${ref} is not in this repository${hint}`);
  }

  /** Returns the address of the remote `origin`; the root of the work tree without such a remote. */
  async address(): Promise<string> {
    const { code, output } = await this.#run(queries.readOriginAddress());
    return code === 0 ? output.toString().trim() : this.#root;
  }

  /** Returns a path of the fleet repository as a path below the root of the work tree. */
  pathBelowRoot(path: string): string {
    return `${this.#prefix}${path}`;
  }

  /**
   * Returns the newest common ancestor of two commits.
   *
   * @throws Error when this clone has no common ancestor
   */
  async mergeBase(a: string, b: string): Promise<string> {
    const { code, output } = await this.#run(queries.mergeBase(a, b));
    if (code === 0) return oidIn(output);
    const hint = await this.#shallowHint();
    throw new Error(`${a} and ${b} have no common ancestor in this repository${hint}`);
  }

  /** Returns the content ids of the regular files at or below some paths of a commit, by path. */
  async files(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>();
    for (const { mode, path, oid } of await this.#entries(commit, paths)) {
      if (isRegularFile({ mode })) files.set(path, oid);
    }
    return files;
  }

  /**
   * Returns the same as `files` for files that the syncer reads, which does not follow links.
   *
   * @param below - a folder that all paths are below; the returned paths are relative to it
   * @throws Error when a link or a submodule is among them
   */
  async ownFiles(
    commit: string,
    paths: readonly string[],
    below = '',
  ): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>();
    for (const { mode, path, oid } of await this.#entries(commit, paths, below)) {
      if (!isRegularFile({ mode })) {
        const where = `${below}${path} at ${commit.slice(0, 7)}`;
        throw new Error(`${where} is a symbolic link or a submodule; it must be a regular file`);
      }
      files.set(path, oid);
    }
    return files;
  }

  async #entries(commit: string, paths: readonly string[], below = ''): Promise<Iterable<Entry>> {
    // Without a path Git would list all files.
    if (paths.length === 0) return [];
    const { output } = await this.#run(
      queries.listFiles(
        commit,
        paths.map((path) => `${this.#prefix}${path}`),
      ),
    );
    return listedEntries(output, `${this.#prefix}${below}`);
  }

  /**
   * Returns the contents of files, by content id.
   *
   * @throws Error when an id is not that of a file in this clone
   */
  async read(oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    const { output } = await this.#run(queries.readObjects(oids));
    return parseBlobs(output, oids);
  }

  /** Returns the lines in which two commits differ outside of some folders. */
  async changedLines(base: string, head: string, except: readonly string[]): Promise<ChangedLines> {
    const paths = { within: this.#prefix, except: except.map((path) => `${this.#prefix}${path}`) };
    const { output } = await this.#run(queries.diffLines(base, head, paths), this.#gitDirectory);
    return parseDiff(records(output, '\n'), this.#prefix.length);
  }

  /** Reports whether two commits differ in a file outside of some folders. */
  async hasChanges(base: string, head: string, except: readonly string[]): Promise<boolean> {
    const folders = except.map((path) => this.pathBelowRoot(path));
    const { code } = await this.#run(queries.differsOutside(base, head, folders));
    return code === 1;
  }

  /** Returns the time of a commit, in milliseconds since the epoch. */
  async timeOf(commit: string): Promise<number> {
    const { output } = await this.#run(queries.commitTime(commit));
    return Number(output.toString().trim()) * 1000;
  }

  /**
   * Returns what the commits of a branch changed below a folder, newest commit first.
   *
   * @param since - time of the oldest commit, in milliseconds since the epoch
   */
  async recentChanges(
    commit: string,
    folder: string,
    since: number,
  ): Promise<readonly RecentChange[]> {
    const path = `${this.#prefix}${folder}`;
    const { output } = await this.#run(queries.logChanges(commit, since / 1000, path));
    return parseRecentChanges(output).map(({ at, files }) => ({
      at,
      files: files.map((file) => ({ ...file, path: file.path.slice(path.length + 1) })),
    }));
  }

  /** Returns the commits after `before` up to `commit` that delete files below a folder, newest first. */
  deletingCommits(
    before: string,
    commit: string,
    folder: string,
  ): Promise<readonly DeletingCommit[]> {
    const root = `${this.#prefix}${folder}`;
    return deletingCommits({ run: (command) => this.#run(command), root }, before, commit);
  }

  /**
   * Writes the files of a commit into a temporary directory while `use` runs, with the bytes that the commit has.
   *
   * @param except - a folder whose files are left out
   */
  async withFiles<T>(
    { commit, except }: { readonly commit: string; readonly except?: string | undefined },
    use: (directory: string) => Promise<T>,
  ): Promise<T> {
    const temporary = await mkdtemp(join(tmpdir(), 'regatta-commit-'));
    const [clone, directory] = [join(temporary, 'clone.git'), join(temporary, 'tree')];
    try {
      const run = (command: GitCommand, where = clone) => this.#run(command, where);
      await borrowClone({ directory: clone, from: this.#root, commit }, run);
      const folder = except === undefined ? undefined : this.pathBelowRoot(except);
      await checkOut({ directory, commit, except: folder }, run);
      return await use(join(directory, this.#prefix));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  async #shallowHint(): Promise<string> {
    const { output } = await this.#run(queries.isShallow());
    return output.toString().trim() === 'true'
      ? ', because the clone is shallow: fetch the whole history (git fetch --unshallow)'
      : '';
  }

  #run(command: GitCommand, directory = this.#root): Promise<GitAnswer> {
    return runGit(directory, command, this.#signal, this.#how).catch((error: unknown) => {
      throw isMissingObject(error) ? new Error(partialClone, { cause: error }) : error;
    });
  }
}

const partialClone =
  'the clone is partial and lacks files to compare: fetch them (git fetch --refetch --no-filter)';

/** Reports whether git tried to fetch objects that a partial clone lacks, which a query may not do. */
function isMissingObject(error: unknown): boolean {
  return (
    error instanceof GitError && /promisor remote|transport '.*' not allowed/.test(error.stderr)
  );
}

/**
 * Returns the Git object id of a file's content.
 *
 * @param like - an id of the repository, which has the length of its hashes
 */
export function blobId(text: string, like = ''): string {
  const bytes = Buffer.from(text);
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
