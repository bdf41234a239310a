import { listSafeDirectories } from './commands/queries.ts';
import { runGit } from './process.ts';
import { records } from './tree.ts';

/**
 * Returns the `safe.directory` entries of the user and the machine, as settings for git. Without them
 * git refuses a checkout that belongs to another user, as is usual in CI containers.
 */
export async function safeDirectories(signal: AbortSignal): Promise<readonly string[]> {
  const lists = (['system', 'global'] as const).map(async (settings) => {
    // Runs outside of any repository, so that the settings of a repository do not apply.
    const { output } = await runGit('/', listSafeDirectories(settings), signal, {
      settings: 'all',
    });
    return records(output, '\0');
  });
  return (await Promise.all(lists)).flat().map((directory) => `safe.directory=${directory}`);
}
