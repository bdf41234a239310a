import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { type GitAnswer, GitError, type GitHow } from './process.ts';
import { oidIn } from './tree.ts';

/** Runs git in a clone. */
export type RunGit = (command: GitCommand, signal: AbortSignal, how?: GitHow) => Promise<GitAnswer>;

/**
 * Verifies a commit's signature against the trusted keys.
 *
 * @throws Error that says why the commit is not trusted
 */
export type VerifyCommit = (commit: string, signal: AbortSignal) => Promise<void>;

/** How a clone follows a branch. */
export interface BranchOptions {
  readonly branch: string;
  /** Whether the syncer accepts a branch that was reset or force-pushed. */
  readonly allowRewind: boolean;
  /** Whether a fetch brings the contents of all files. */
  readonly whole: boolean;
  /** Verifies each commit before the syncer accepts it. Without it, commits need no signature. */
  readonly verify?: VerifyCommit | undefined;
  /** Reports whether a commit descends from one that the clone has lost, as the server says. */
  readonly descends: (before: string, commit: string, signal: AbortSignal) => Promise<boolean>;
}

/** Maximum number of accepted commits that this process remembers. */
const longestLine = 1000;

/** The branch that a clone follows. `refs/regatta/<branch>` is the last accepted commit. */
export class FollowedBranch {
  readonly #run: RunGit;
  readonly #options: BranchOptions;
  #whole: boolean;
  /** The last commit that this process accepted. */
  #accepted = '';
  /** Commits that this process accepted, oldest first; each descends from the one before it. */
  readonly #line: string[] = [];

  constructor(run: RunGit, options: BranchOptions) {
    this.#run = run;
    this.#options = options;
    this.#whole = options.whole;
  }

  /** Fetches all contents of the branch, including those of old commits. After that, `fetch` also fetches contents. */
  async fetchWhole(signal: AbortSignal): Promise<void> {
    await this.#run(updates.refetchBranch(this.#options.branch), signal);
    this.#whole = true;
  }

  /**
   * Fetches the branch, and accepts its head commit. After an error, the last accepted commit stays
   * accepted.
   *
   * @throws Error when the head does not descend from the last accepted commit and `allowRewind` is
   *   not set, or when the head lacks a required signature
   * @throws GitError when git cannot fetch the branch
   */
  async fetch(signal: AbortSignal): Promise<string> {
    const { branch, allowRewind, verify } = this.#options;
    const [ref, fetched] = [`refs/regatta/${branch}`, `refs/regatta-fetched/${branch}`];
    const before = await this.#commitAt(ref, signal);
    const contents = this.#whole ? 'all' : 'none';
    // Without a depth, git also fetches the commits in between, which prove the descent.
    const depth = before === '' || allowRewind ? { depth: 1 } : {};
    const fetch = { branch, ref: fetched, contents, ...depth, isPoll: true } as const;
    const { stderr } = await this.#run(updates.fetchBranch(fetch), signal).catch((error) => {
      if (!isIncomplete(error)) throw error;
      return this.#run(updates.fetchBranch({ ...fetch, again: true }), signal);
    });
    if (isFromShallow(stderr)) {
      throw new Error(
        `the source is a shallow clone, which lacks the commits between ${before.slice(0, 12)} and its head: complete it with git fetch --unshallow`,
      );
    }
    const head = await this.#commitAt(fetched, signal);
    // Most polls end here: the branch has not moved since this process accepted its head.
    if (head === before && head === this.#accepted) return head;
    if (!allowRewind) await this.#expectOnward(before, head, signal);
    await verify?.(head, signal);
    // At a start, an earlier process has usually moved the ref already.
    if (head !== before || this.#accepted !== '') await this.#accept(ref, before, head, signal);
    this.#accepted = head;
    if (before !== this.#line.at(-1) || allowRewind) this.#line.length = 0;
    if (head !== before || this.#line.length === 0) this.#line.push(head);
    if (this.#line.length > longestLine) this.#line.shift();
    return head;
  }

  async #accept(ref: string, before: string, head: string, signal: AbortSignal): Promise<void> {
    await this.#run(updates.moveRef(ref, before, head), signal);
    // A clone that git cannot tidy is as good as before.
    await this.#run(updates.tidy(), signal).catch(() => signal.throwIfAborted());
  }

  /** Reports whether this process has already verified that `commit` descends from `before`. */
  isKnownDescendant(before: string, commit: string): boolean {
    const from = this.#line.indexOf(before);
    return from >= 0 && this.#line.indexOf(commit) >= from;
  }

  /**
   * Returns the last accepted commit without a fetch, or undefined before the first one.
   *
   * @throws Error when the commit lacks a required signature
   */
  async last(signal: AbortSignal): Promise<string | undefined> {
    const { branch, verify } = this.#options;
    const commit = await this.#commitAt(`refs/regatta/${branch}`, signal);
    if (commit === '') return undefined;
    // An earlier process may have accepted the commit with other keys, or without verification.
    await verify?.(commit, signal);
    return commit;
  }

  /** Returns the id of a ref's commit; '' when the ref does not exist. */
  async #commitAt(ref: string, signal: AbortSignal): Promise<string> {
    const { code, output } = await this.#run(queries.readRef(ref), signal);
    return code === 0 ? oidIn(output) : '';
  }

  async #expectOnward(before: string, head: string, signal: AbortSignal): Promise<void> {
    const { branch, descends } = this.#options;
    const last = before || this.#accepted;
    if (last === '' || last === head) return;
    const isOnward =
      before === ''
        ? await descends(last, head, signal)
        : (await this.#run(queries.isAncestor(before, head), signal)).code === 0;
    if (isOnward) return;
    const [from, to] = [last.slice(0, 12), head.slice(0, 12)];
    throw new Error(
      `branch ${branch} was reset or force-pushed: ${to} does not descend from ${from} (--allow-rewind accepts it)`,
    );
  }
}

/** Reports whether the clone lacks commits between the ones that it has, as after a fetch from a shallow source. */
function isIncomplete(error: unknown): boolean {
  return error instanceof GitError && /from promisor remote|lazy fetch/.test(error.stderr);
}

/** Reports whether git left a branch as it was because the server lacks commits. git exits with 0 then. */
function isFromShallow(stderr: string): boolean {
  return /shallow (roots are|update) not allowed/.test(stderr);
}
