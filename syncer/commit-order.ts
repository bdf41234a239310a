import { errorMessage } from '#model/error.ts';
import type { Log } from './ports/machine.ts';
import type { FollowedSource } from './ports/source.ts';

/** The error for a cluster that is at a commit from which the desired commit does not descend. */
export class AheadError extends Error {
  override name = 'AheadError';
  readonly commit: string;

  constructor(commit: string) {
    super(`the cluster is at ${commit}`);
    this.commit = commit;
  }
}

/** Reports whether a cluster may go from one commit to another. */
export type MayFollow = (before: string, commit: string, signal: AbortSignal) => Promise<boolean>;

/** Compares commits for all clusters of a syncer. Asks Git about each pair once. */
export class CommitOrder {
  readonly #source: FollowedSource;
  readonly #log: Log;
  readonly #answers = new Map<string, Promise<boolean>>();

  constructor(source: FollowedSource, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  /** Reports whether `commit` is `before` or descends from it; false also if Git cannot compare them. */
  readonly mayFollow: MayFollow = (before, commit, signal) => {
    if (before === commit) return Promise.resolve(true);
    const pair = `${before} ${commit}`;
    const answer = this.#answers.get(pair) ?? this.#ask(before, commit, signal);
    this.#answers.set(pair, answer);
    return answer;
  };

  /** Drops all answers. A fetch may have brought commits that were missing. */
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
