import type { GitHow } from './git-process.ts';

/** Runs git in a clone. */
export type RunGit = (
  args: readonly string[],
  signal: AbortSignal,
  how?: GitHow,
) => Promise<string>;

/** Holds a commit against the keys that may sign. @throws Error with what is wrong */
export type VerifyCommit = (commit: string, signal: AbortSignal) => Promise<void>;

export interface BranchOptions {
  readonly branch: string;
  /** Whether a branch that was rewound or pushed by force is followed. */
  readonly allowRewind: boolean;
  /** Whether the contents of files come with a commit. */
  readonly whole: boolean;
  /** Nothing is asked of commits without it. */
  readonly verify?: VerifyCommit | undefined;
}

/** The branch that a clone follows: `refs/regatta/<branch>` is the commit that was accepted last. */
export class FollowedBranch {
  readonly #run: RunGit;
  readonly #options: BranchOptions;
  #whole: boolean;
  /** The commit that this process has accepted last. */
  #accepted = '';

  constructor(run: RunGit, options: BranchOptions) {
    this.#run = run;
    this.#options = options;
    this.#whole = options.whole;
  }

  /** Fetches all contents of the branch, also of what is there: from now on they come with commits. */
  async fetchWhole(signal: AbortSignal): Promise<void> {
    const { branch } = this.#options;
    const args = ['fetch', '--progress', '--refetch', '--no-filter', '--no-tags'];
    const spec = `+refs/heads/${branch}:refs/regatta-whole/${branch}`;
    await this.#run([...args, '--no-write-fetch-head', 'origin', spec], signal);
    this.#whole = true;
  }

  /**
   * Fetches the branch, and accepts the commit that it is at.
   *
   * @throws Error when it does not go on from the commit before, unless that is allowed, or when it
   * is not signed as it has to be; the commit before stays the accepted one
   */
  async fetch(signal: AbortSignal): Promise<string> {
    const { branch, allowRewind, verify } = this.#options;
    const [ref, fetched] = [`refs/regatta/${branch}`, `refs/regatta-fetched/${branch}`];
    const before = await this.#commitAt(ref, signal);
    // Progress tells a slow server from one that hangs.
    const args = ['fetch', '--progress', '--no-tags', '--no-write-fetch-head'];
    args.push(this.#whole ? '--no-filter' : '--filter=blob:none');
    // What goes on from the commit before is fetched with its history, which tells that it does.
    if (before === '' || allowRewind) args.push('--depth=1');
    await this.#run([...args, 'origin', `+refs/heads/${branch}:${fetched}`], signal);
    const head = await this.#commitAt(fetched, signal);
    // As at most polls: all has been looked at.
    if (head === before && head === this.#accepted) return head;
    if (before !== '' && !allowRewind) await this.#expectOnward(before, head, signal);
    await verify?.(head, signal);
    // Told to say something, for the same reason as in #commitAt.
    const input = `start\nupdate ${ref} ${head}\ncommit\n`;
    await this.#run(['update-ref', '--stdin'], signal, { input });
    this.#accepted = head;
    return head;
  }

  /** The accepted commit, as far as the clone knows; undefined when there is none. @throws as `fetch` */
  async last(signal: AbortSignal): Promise<string | undefined> {
    const { branch, verify } = this.#options;
    const commit = await this.#commitAt(`refs/regatta/${branch}`, signal);
    if (commit === '') return undefined;
    // It may have been accepted when other keys counted, or none.
    await verify?.(commit, signal);
    return commit;
  }

  /** '' when there is no such ref. */
  async #commitAt(ref: string, signal: AbortSignal): Promise<string> {
    // Whether the clone is bare is told in any case: simple-git gives silent commands 50 ms more.
    const args = ['rev-parse', '--is-bare-repository', '--revs-only', ref];
    const [, commit = ''] = (await this.#run(args, signal)).trim().split('\n');
    return commit;
  }

  async #expectOnward(before: string, head: string, signal: AbortSignal): Promise<void> {
    const lost = await this.#run(['rev-list', '--max-count=1', before, `^${head}`], signal);
    if (lost.trim() === '') return;
    const { branch } = this.#options;
    const [from, to] = [before.slice(0, 12), head.slice(0, 12)];
    throw new Error(
      `branch ${branch} was rewound or pushed by force: ${to} does not go on from ${from}; nothing changes, unless --allow-rewind says so`,
    );
  }
}
