import { lstatSync } from 'node:fs';
import { listSafeDirectories } from './commands/queries.ts';
import { findWorkTree } from './find-work-tree.ts';
import { runGit } from './process.ts';
import { records } from './tree.ts';

/**
 * Returns the `safe.directory` entries of the user and the machine, as settings for git. Without them
 * git refuses a checkout that belongs to another user, as is usual in CI containers. It needs none of them for a
 * checkout of the user who runs it.
 */
export async function safeDirectories(
  directory: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (isOwn(directory)) return [];
  const lists = (['system', 'global'] as const).map(async (settings) => {
    // Runs outside of any repository, so that the settings of a repository do not apply.
    const { output } = await runGit('/', listSafeDirectories(settings), signal, {
      settings: 'all',
    });
    return records(output, '\0');
  });
  return (await Promise.all(lists)).flat().map((entry) => `safe.directory=${entry}`);
}

/** Reports whether all that git checks the owner of belongs to the user of this process. */
function isOwn(directory: string): boolean {
  try {
    const found = findWorkTree(directory);
    if (found === undefined || process.geteuid === undefined) return false;
    const user = process.geteuid();
    const { root, entry, gitFolder } = found;
    return [root, entry, gitFolder].every((path) => lstatSync(path).uid === user);
  } catch {
    return false;
  }
}
