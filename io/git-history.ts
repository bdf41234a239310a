import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProcess, runGit } from './git-process.ts';
import { parseBatch } from './git-tree.ts';

/** A line that a commit has and another has not. */
interface ChangedLine {
  /** Relative to the fleet repository. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The commits of the Git repository that a fleet repository is in. Paths are relative to the latter. */
export class GitHistory {
  readonly #root: string;
  /** Where in its Git repository the fleet repository is: '' or `fleet/`. */
  readonly #prefix: string;
  readonly #signal: AbortSignal;

  private constructor(root: string, prefix: string, signal: AbortSignal) {
    this.#root = root;
    this.#prefix = prefix;
    this.#signal = signal;
  }

  /** @throws Error when the directory is in no Git repository */
  static async open(directory: string, signal: AbortSignal): Promise<GitHistory> {
    const args = ['rev-parse', '--show-toplevel', '--show-prefix'];
    const [root = '', prefix = ''] = (await runGit(directory, args, signal)).split('\n');
    return new GitHistory(root, prefix, signal);
  }

  /** The id of a commit. @throws Error when there is none of that name */
  async resolve(ref: string): Promise<string> {
    try {
      const args = ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`];
      return (await this.#run(args)).trim();
    } catch (error) {
      throw new Error(`there is no commit ${ref} here${await this.#shallowHint()}`, {
        cause: error,
      });
    }
  }

  /** The commit that two have come from. @throws Error when none is known */
  async mergeBase(a: string, b: string): Promise<string> {
    try {
      return (await this.#run(['merge-base', a, b])).trim();
    } catch (error) {
      const hint = await this.#shallowHint();
      throw new Error(`${a} and ${b} have no commit in common here${hint}`, { cause: error });
    }
  }

  /** Of each file at or below some paths at a commit, the id of its content. */
  async files(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // Without a path Git would list all files.
    if (paths.length === 0) return new Map();
    const below = paths.map((path) => `${this.#prefix}${path}`);
    const args = ['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...below];
    const entries = (await this.#run(args)).split('\0').filter((entry) => entry !== '');
    return new Map(
      entries.map((entry) => {
        const tab = entry.indexOf('\t');
        const [, , oid = ''] = entry.slice(0, tab).split(' ');
        return [entry.slice(tab + 1 + this.#prefix.length), oid];
      }),
    );
  }

  /** Contents by their ids. */
  async read(oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    const git = openProcess(this.#root, this.#signal, { input: `${oids.join('\n')}\n` });
    return parseBatch(await git.binaryCatFile(['--batch']));
  }

  /** The lines that a commit has outside of some folders and another has not, and the reverse. */
  async changedLines(
    base: string,
    head: string,
    except: readonly string[],
  ): Promise<{ readonly added: readonly ChangedLine[]; readonly removed: readonly ChangedLine[] }> {
    const options = ['--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'];
    const but = except.map((path) => `:(top,exclude,literal)${this.#prefix}${path}`);
    const all = `:(top,literal)${this.#prefix}`;
    const text = await this.#run(['diff', ...options, base, head, '--', all, ...but]);
    return parseDiff(text, this.#prefix.length);
  }

  /** Has the files of a commit in a directory while `use` runs. */
  async withFiles<T>(commit: string, use: (directory: string) => Promise<T>): Promise<T> {
    const directory = await mkdtemp(join(tmpdir(), 'regatta-commit-'));
    try {
      await this.#run(['worktree', 'add', '--quiet', '--detach', '--force', directory, commit]);
      return await use(join(directory, this.#prefix));
    } finally {
      await rm(directory, { recursive: true, force: true });
      await this.#run(['worktree', 'prune']);
    }
  }

  async #shallowHint(): Promise<string> {
    const shallow = await this.#run(['rev-parse', '--is-shallow-repository']);
    return shallow.trim() === 'true'
      ? '; the clone is shallow: fetch the whole history (git fetch --unshallow)'
      : '';
  }

  #run(args: readonly string[]): Promise<string> {
    return runGit(this.#root, args, this.#signal);
  }
}

/** The id that Git gives to a content. @param like - an id of the repository, for its length */
export function blobId(text: string, like = ''): string {
  const bytes = Buffer.from(text);
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Reads `git diff --unified=0`. */
function parseDiff(
  text: string,
  skip: number,
): { readonly added: readonly ChangedLine[]; readonly removed: readonly ChangedLine[] } {
  const added: ChangedLine[] = [];
  const removed: ChangedLine[] = [];
  let [file, from, to] = ['', 0, 0];
  for (const line of text.split('\n')) {
    const path = /^(?:---|\+\+\+) [ab]\/(.*?)\t?$/.exec(line)?.[1];
    const place = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (path !== undefined) file = path.slice(skip);
    else if (place !== null) [from, to] = [Number(place[1]), Number(place[2])];
    else if (line.startsWith('+') && !line.startsWith('+++')) {
      added.push({ file, line: to++, text: line.slice(1) });
    } else if (line.startsWith('-') && !line.startsWith('---')) {
      removed.push({ file, line: from++, text: line.slice(1) });
    }
  }
  return { added, removed };
}
