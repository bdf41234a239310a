import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import type { GitAnswer } from './process.ts';
import { totalSize } from './tree.ts';

/** A work tree to make. */
interface WorkTree {
  /** An empty directory. */
  readonly directory: string;
  readonly commit: string;
  /** A folder whose files are left out, relative to the root of the work tree. */
  readonly except: string | undefined;
}

/** Maximum size of all files of a work tree, in MiB. */
const maxCheckout = 1024;

/**
 * Adds a work tree with the files of a commit.
 *
 * @param run - runs a git command, in the clone unless the caller names a directory
 * @throws Error when the files are too large, or too many for a list of them
 */
export async function checkOut(
  { directory, commit, except }: WorkTree,
  run: (command: GitCommand, directory?: string) => Promise<GitAnswer>,
): Promise<void> {
  // A few kilobytes of trees may stand for billions of files.
  const { output } = await run(queries.listTree(commit, []));
  const mebibytes = Math.ceil(totalSize(output, except) / 1024 ** 2);
  if (mebibytes > maxCheckout) {
    const held = `the files of commit ${commit.slice(0, 12)} are ${mebibytes} MiB`;
    throw new Error(`${held}; the limit is ${maxCheckout} MiB`);
  }
  if (except === undefined) {
    await run(updates.addWorkTree(directory, commit));
    return;
  }
  await run(updates.addEmptyWorkTree(directory, commit));
  await excludeFolder(directory, except);
  await run(updates.fillWorkTree(commit), directory);
}

/** Makes git leave out a folder when it writes files into a work tree that it has just added. */
async function excludeFolder(directory: string, folder: string): Promise<void> {
  const link = await readFile(join(directory, '.git'), 'utf8');
  const own = resolve(directory, link.replace(/^gitdir: /, '').trimEnd());
  await mkdir(join(own, 'info'), { recursive: true });
  await writeFile(join(own, 'info', 'sparse-checkout'), `/*\n!/${escaped(folder)}/\n`);
}

/** Escapes the characters with a meaning in patterns of git. */
function escaped(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&');
}
