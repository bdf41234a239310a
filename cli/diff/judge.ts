import { GitHistory } from '#io/git/history.ts';
import type { Judge } from '../fleet/judge.ts';
import { readSettings } from '../fleet/read.ts';
import { readEarlier } from './earlier.ts';
import { settingsAt, snapshotBelow } from './rendered-commit.ts';
import { hasSources } from './sourced.ts';

/** Maximum time for all Git commands together, in milliseconds. */
const timeoutMs = 60_000;

/**
 * Returns what judges the output of a work tree: the merge base of HEAD and `base`; without a base, HEAD.
 * A directory without a commit judges itself.
 *
 * @throws Error when Git lacks the base
 */
export async function judgeOf(directory: string, base: string | undefined): Promise<Judge> {
  const signal = AbortSignal.timeout(timeoutMs);
  const opened = await opening(directory, signal);
  if (base !== undefined) {
    const git = opened?.git ?? (await GitHistory.open(directory, signal));
    const head = opened?.head ?? (await git.resolve('HEAD'));
    return judgeAt(git, await git.mergeBase(await git.resolve(base), head));
  }
  if (opened !== undefined) return judgeAt(opened.git, opened.head);
  return { settings: readSettings(directory), hasSources: false, earlier: new Map() };
}

/** Opens the history of a directory; undefined if the directory is not in a Git repository. */
async function opening(
  directory: string,
  signal: AbortSignal,
): Promise<{ readonly git: GitHistory; readonly head: string } | undefined> {
  try {
    const git = await GitHistory.open(directory, signal);
    return { git, head: await git.resolve('HEAD') };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return undefined;
    throw error;
  }
}

async function judgeAt(git: GitHistory, commit: string): Promise<Judge> {
  const { settings } = await settingsAt(git, commit);
  const snapshot = await snapshotBelow(git, commit, settings.rendered);
  const earlier = await readEarlier(git, { commit, settings, snapshot, compiled: new Map() });
  const records = [...earlier].map(([cluster, { records }]) => [cluster, records] as const);
  const isSourced = await hasSources(git, commit, settings);
  return { settings, hasSources: isSourced, earlier: new Map(records) };
}
