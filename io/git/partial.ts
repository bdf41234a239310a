import type { GitCommand } from './commands/command.ts';
import { listMissing } from './commands/queries.ts';
import { fetchObjects } from './commands/updates.ts';
import { type GitAnswer, GitError } from './process.ts';
import { records } from './tree.ts';

/**
 * Fetches the contents that a clone has not, of the files at or below some paths of a commit: in
 * one request, and no others. A server without filters has sent everything with the commit.
 *
 * @returns `refused` by servers that filter, but give no single contents: where ssh or the server
 * speaks the protocol of before 2018
 */
export async function fetchMissing(
  run: (command: GitCommand) => Promise<GitAnswer>,
  commit: string,
  paths: readonly string[],
): Promise<'complete' | 'refused'> {
  const { output } = await run(listMissing(commit, paths));
  const listed = records(output.toString(), '\n');
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
