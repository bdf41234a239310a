import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import type { GitAnswer, GitHow } from './process.ts';
import { oidIn } from './tree.ts';

/** Runs git in a clone. */
export type RunGit = (command: GitCommand, signal: AbortSignal, how?: GitHow) => Promise<GitAnswer>;

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

/** How many accepted commits are remembered. */
const longestLine = 1000;

/** The branch that a clone follows: `refs/regatta/<branch>` is the commit that was accepted last. */
export class FollowedBranch {
  readonly #run: RunGit;
  readonly #options: BranchOptions;
  #whole: boolean;
  /** The commit that this process has accepted last. */
  #accepted = '';
  /** Commits that this process has accepted, each of which goes on from the one before it. */
  readonly #line: string[] = [];

  constructor(run: RunGit, options: BranchOptions) {
    this.#run = run;
    this.#options = options;
    this.#whole = options.whole;
  }

  /** Fetches all contents of the branch, also of what is there: from now on they come with commits. */
  async fetchWhole(signal: AbortSignal): Promise<void> {
    await this.#run(updates.refetchBranch(this.#options.branch), signal);
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
    const contents = this.#whole ? 'all' : 'none';
    // What goes on from the commit before is fetched with its history, which tells that it does.
    const depth = before === '' || allowRewind ? { depth: 1 } : {};
    await this.#run(updates.fetchBranch({ branch, ref: fetched, contents, ...depth }), signal);
    const head = await this.#commitAt(fetched, signal);
    // As at most polls: all has been looked at.
    if (head === before && head === this.#accepted) return head;
    if (before !== '' && !allowRewind) await this.#expectOnward(before, head, signal);
    await verify?.(head, signal);
    await this.#run(updates.moveRef(ref, before, head), signal);
    this.#accepted = head;
    if (before !== this.#line.at(-1) || allowRewind) this.#line.length = 0;
    if (head !== before || this.#line.length === 0) this.#line.push(head);
    if (this.#line.length > longestLine) this.#line.shift();
    return head;
  }

  /** Whether this process has seen itself that a commit goes on from another. */
  isKnownToGoOnFrom(before: string, commit: string): boolean {
    const from = this.#line.indexOf(before);
    return from >= 0 && this.#line.indexOf(commit) >= from;
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
    const { code, output } = await this.#run(queries.readRef(ref), signal);
    return code === 0 ? oidIn(output) : '';
  }

  async #expectOnward(before: string, head: string, signal: AbortSignal): Promise<void> {
    const { code } = await this.#run(queries.isAncestor(before, head), signal);
    if (code === 0) return;
    const { branch } = this.#options;
    const [from, to] = [before.slice(0, 12), head.slice(0, 12)];
    throw new Error(
      `branch ${branch} was rewound or pushed by force: ${to} does not go on from ${from}; nothing changes, unless --allow-rewind says so`,
    );
  }
}
