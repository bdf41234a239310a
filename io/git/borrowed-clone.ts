import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { keepBytes } from './exact-bytes.ts';
import type { GitAnswer } from './process.ts';
import { records } from './tree.ts';

interface BorrowedClone {
  /** A directory that does not exist yet. */
  readonly directory: string;
  /** The clone that has the objects. */
  readonly from: string;
  /** A commit of that clone. */
  readonly commit: string;
}

/**
 * Makes a clone that reads the objects of another one. Its work trees have the bytes of their commits: in a clone of the
 * user, the attributes of a branch may convert files, and Regatta must not change the settings there.
 */
export async function borrowClone(
  { directory, from, commit }: BorrowedClone,
  run: (command: GitCommand, directory: string) => Promise<GitAnswer>,
): Promise<void> {
  const { output } = await run(queries.locateObjects(), from);
  const [objects = ''] = records(output, '\n');
  await mkdir(directory);
  await run(updates.initialise(commit), directory);
  await mkdir(join(directory, 'objects/info'), { recursive: true });
  await writeFile(join(directory, 'objects/info/alternates'), `${resolve(from, objects)}\n`);
  keepBytes(directory);
}
