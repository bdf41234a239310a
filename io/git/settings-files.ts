import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { findWorkTree } from './find-work-tree.ts';

/**
 * Reports whether a settings file of git may set core.hooksPath for a directory, without starting git: a file mentions
 * it or includes another file. The settings of the system and the user, of the clone and of its work tree count.
 */
export function mayMoveHooks(directory: string): boolean {
  const folder = findWorkTree(directory)?.gitFolder;
  if (folder === undefined) return false;
  const { env } = process;
  const home = env.HOME || homedir();
  const files = [
    '/etc/gitconfig',
    env.GIT_CONFIG_SYSTEM,
    env.GIT_CONFIG_GLOBAL,
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'git/config'),
    join(home, '.gitconfig'),
    join(commonFolder(folder), 'config'),
    join(folder, 'config.worktree'),
  ];
  return files.some((file) => file !== undefined && /hookspath|include/i.test(read(file)));
}

/** Returns the Git directory that linked work trees share. */
function commonFolder(folder: string): string {
  const shared = read(join(folder, 'commondir')).trim();
  return shared === '' ? folder : resolve(folder, shared);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
