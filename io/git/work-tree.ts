import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { type GitHow, runGit } from './process.ts';
import { safeDirectories } from './safe-names.ts';
import { oidIn, records } from './tree.ts';

/** A file of a work tree that differs from the newest commit. */
export interface UncommittedFile {
  /** Path relative to the fleet repository. */
  readonly path: string;
  /** Whether git knows the file, from the newest commit or because the user has staged it. */
  readonly isTracked: boolean;
}

/** Returns the uncommitted files of a fleet repository. Files that .gitignore excludes are not among them. */
export async function uncommittedFiles(
  directory: string,
  signal: AbortSignal,
): Promise<readonly UncommittedFile[]> {
  const run = await runnerIn(directory, signal);
  const [, prefix = ''] = records(await run(queries.locate()), '\n');
  return records(await run(queries.listUncommitted()), '\0').map((entry) => ({
    path: entry.slice('XY '.length + prefix.length),
    isTracked: !entry.startsWith('??'),
  }));
}

/**
 * Returns the id of a new commit with the files of a work tree, whose parent is the newest commit. No branch has it:
 * git removes it when it cleans up. The index of the work tree does not change.
 */
export async function commitOfWorkTree(directory: string, signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'regatta-index-'));
  try {
    const run = await runnerIn(directory, signal);
    const [index = ''] = records(await run(queries.locateIndex()), '\n');
    const [real, copy] = [resolve(directory, index), join(folder, 'index')];
    if (existsSync(real)) await copyFile(real, copy);
    const environment = { GIT_INDEX_FILE: copy };
    await run(updates.stageChanges(), { environment });
    const tree = oidIn(await run(updates.writeTree(), { environment }));
    const head = oidIn(await run(queries.resolveCommit('HEAD')));
    return oidIn(await run(updates.commitTree(tree, head)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = (command: GitCommand, how?: GitHow) => Promise<Buffer>;

async function runnerIn(directory: string, signal: AbortSignal): Promise<Run> {
  const config = await safeDirectories(directory, signal);
  return async (command, how = {}) => {
    const { output } = await runGit(directory, command, signal, { config, ...how });
    return output;
  };
}
