import { errorMessage } from '#model/error.ts';
import type { Log } from './ports/machine.ts';
import type { FollowedSource } from './ports/source.ts';

/** The commit that a cluster is at, where this syncer may not replace it by its own. */
export class AheadError extends Error {
  override name = 'AheadError';
  readonly commit: string;

  constructor(commit: string) {
    super(`the cluster is at ${commit}`);
    this.commit = commit;
  }
}

/** Whether one commit may follow another in a cluster. */
export type MayFollow = (before: string, commit: string, signal: AbortSignal) => Promise<boolean>;

/** Compares commits for all clusters of a syncer: the repository is asked once for each pair. */
export class CommitOrder {
  readonly #source: FollowedSource;
  readonly #log: Log;
  readonly #answers = new Map<string, Promise<boolean>>();

  constructor(source: FollowedSource, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  /** Whether `commit` is `before` or goes on from it; false also when that cannot be found out. */
  readonly mayFollow: MayFollow = (before, commit, signal) => {
    if (before === commit) return Promise.resolve(true);
    const pair = `${before} ${commit}`;
    const answer = this.#answers.get(pair) ?? this.#ask(before, commit, signal);
    this.#answers.set(pair, answer);
    return answer;
  };

  /** For a fetch that has ended: it may have brought what was missing for an answer. */
  forget(): void {
    this.#answers.clear();
  }

  async #ask(before: string, commit: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#source.goesOnFrom(before, commit, signal);
    } catch (error) {
      const reason = errorMessage(error);
      if (!signal.aborted) this.#log.warn({ before, commit, reason }, 'commits not compared');
      return false;
    }
  }
}
