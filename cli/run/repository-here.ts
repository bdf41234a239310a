import type { Command } from 'commander';
import { GitHistory } from '#io/git/history.ts';

/** Maximum time for git, in milliseconds. */
const gitMs = 10_000;

/**
 * Returns the address of the fleet repository that the working directory is a clone of: that of its remote `origin`, or
 * its own path without such a remote.
 *
 * @throws Error when the working directory is not in a Git repository
 */
export async function repositoryHere(): Promise<string> {
  const git = await GitHistory.open('.', AbortSignal.timeout(gitMs));
  return git.address();
}

/**
 * Returns the repository that the directory of `-C` is a clone of. A command that changes clusters takes the repository of
 * the working directory only if the user asks for it by `-C`.
 */
export async function repositoryOf(running: Command): Promise<string> {
  const { dir } = running.optsWithGlobals<{ readonly dir?: string }>();
  if (dir === undefined) running.error("error: missing required argument 'repo'");
  return repositoryHere();
}
