import type { GitCommand } from './commands/command.ts';
import { listMissing } from './commands/queries.ts';
import { fetchObjects } from './commands/updates.ts';
import { type GitAnswer, GitError } from './process.ts';
import { records } from './tree.ts';

/**
 * Fetches, in one request, the contents that a clone lacks of the files at or below some paths of a
 * commit. A server without filters has already sent them with the commit.
 *
 * @returns `refused` when the server supports filters, but does not send single objects, as with
 * Git's protocol before version 2
 */
export async function fetchMissing(
  run: (command: GitCommand) => Promise<GitAnswer>,
  commit: string,
  paths: readonly string[],
): Promise<'complete' | 'refused'> {
  const { output } = await run(listMissing(commit, paths));
  const listed = records(output, '\n');
  const missing = listed.flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
  if (missing.length === 0) return 'complete';
  try {
    await run(fetchObjects(missing));
    return 'complete';
  } catch (error) {
    if (error instanceof GitError && /unadvertised object/.test(error.stderr)) return 'refused';
    throw error;
  }
}
