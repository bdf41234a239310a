import type { GitHistory } from '#io/git/history.ts';
import type { OnRendered } from './read-commits.ts';
import { type ComparedTraffic, comparedTraffic, type RenderedCommits } from './traffic.ts';

/**
 * Compares the traffic of two commits while their sources are compiled, so that the engine and the compiler work side by side. Most
 * commits turn out to be compared as they are committed; for others, the comparison begins again.
 */
export class EarlyTraffic {
  readonly #git: GitHistory;
  #started: (RenderedCommits & { readonly compared: Promise<ComparedTraffic> }) | undefined;

  constructor(git: GitHistory) {
    this.#git = git;
  }

  /** Starts with the committed output. Resolves when the engine works, or when the comparison does not need it. */
  readonly start: OnRendered = async (before, after) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const compared = comparedTraffic(this.#git, { before, after }, resolve);
    // Awaited later: an error before then must not end the process.
    compared.catch(() => {}).finally(resolve);
    this.#started = { before, after, compared };
    await asked;
  };

  /** Returns the comparison of the commits as a review compares them. */
  of(commits: RenderedCommits): Promise<ComparedTraffic> {
    const { before, after, compared } = this.#started ?? {};
    const isSame =
      commits.before.snapshot === before?.snapshot && commits.after.snapshot === after?.snapshot;
    return isSame && compared !== undefined ? compared : comparedTraffic(this.#git, commits);
  }
}
