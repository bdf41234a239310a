import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A work tree, as its files show it without git. */
export interface FoundWorkTree {
  readonly root: string;
  /** Path of `.git` in the root. */
  readonly entry: string;
  /** The Git directory: the entry itself, or the directory that it names. */
  readonly gitFolder: string;
}

/** Finds the work tree that contains a directory. */
export function findWorkTree(directory: string): FoundWorkTree | undefined {
  const root = resolve(directory);
  const entry = join(root, '.git');
  if (existsSync(entry)) return { root, entry, gitFolder: namedBy(entry, root) ?? entry };
  const above = dirname(root);
  return above === root ? undefined : findWorkTree(above);
}

/** Returns the Git directory that the file `.git` of a linked work tree or a submodule names; undefined for other entries. */
function namedBy(entry: string, root: string): string | undefined {
  try {
    const [, target] = /^gitdir: (.+)$/m.exec(readFileSync(entry, 'utf8')) ?? [];
    return target === undefined ? undefined : resolve(root, target);
  } catch {
    // The entry is a directory, or this process may not read it.
    return undefined;
  }
}
