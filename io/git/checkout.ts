import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as queries from './commands/queries.ts';
import { runGit } from './process.ts';
import { safeDirectories } from './safe-names.ts';
import { records } from './tree.ts';

/** The folders of a clone that has a work tree. */
export interface Checkout {
  /** Root of the work tree. */
  readonly root: string;
  /** Path of the fleet repository below the root: '' or `fleet/`. */
  readonly prefix: string;
  /** The Git directory that all work trees of the clone share. */
  readonly shared: string;
  /** Roots of all work trees. A branch decides what is below them. */
  readonly workTrees: readonly string[];
}

/**
 * Finds the clone that contains a directory.
 *
 * @throws Error when the directory is not in a work tree
 */
export async function locateCheckout(directory: string, signal: AbortSignal): Promise<Checkout> {
  const how = { config: await safeDirectories(directory, signal) };
  const linesOf = async (where: string, query: Parameters<typeof runGit>[1]) => {
    const { output } = await runGit(where, query, signal, how);
    return records(output, '\n');
  };
  const [root, prefix = ''] = await linesOf(directory, queries.locate());
  if (!root) throw new Error('git did not print the root of the work tree');
  const [shared] = await linesOf(root, queries.locateShared());
  if (!shared) throw new Error('git did not print its directory');
  const trees = (await linesOf(root, queries.listWorkTrees())).filter((line) =>
    line.startsWith(workTree),
  );
  const workTrees = [root, ...trees.map((line) => line.slice(workTree.length))];
  return { root, prefix, shared: resolve(root, shared), workTrees };
}

const workTree = 'worktree ';

/** A setting that makes git run the hooks of another folder than `hooks` in its directory. */
export interface HooksPath {
  /** The settings that have the value, such as `local` or `global`. */
  readonly scope: string;
  /** The value; a relative path starts at the root of a work tree. */
  readonly value: string;
}

/** Returns the value of core.hooksPath that applies in a directory, if one is set. */
export async function hooksPath(
  directory: string,
  signal: AbortSignal,
): Promise<HooksPath | undefined> {
  const { output } = await runGit(directory, queries.listHooksPaths(), signal, { settings: 'all' });
  const fields = records(output, '\0');
  const values = fields.flatMap((scope, index) => {
    const value = fields[index + 1];
    // Regatta's own git commands set it too, as their argument.
    return index % 2 === 1 || scope === 'command' || value === undefined ? [] : [{ scope, value }];
  });
  return values.at(-1);
}

/** Returns the command that removes core.hooksPath from the settings of a scope. */
export function unsetCommand(scope: string): string {
  return `git config --${scope} --unset-all core.hooksPath`;
}

/**
 * Returns the core.hooksPath that applies in a directory if it leads into a work tree, where the branch that
 * the user checks out decides what git runs. Returns nothing if git cannot read the settings, because then it
 * runs no hook either. The caller asks `mayMoveHooks` first, which starts no process.
 */
export async function hooksInTree(
  directory: string,
  signal: AbortSignal,
): Promise<HooksPath | undefined> {
  try {
    const set = await hooksPath(directory, signal);
    if (set === undefined || set.value === '') return undefined;
    const checkout = await locateCheckout(directory, signal);
    return isInTree(checkout, resolve(checkout.root, set.value)) ? set : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether a path, or the target of its links, is in a work tree, where a branch can replace it. */
export function isInTree({ shared, workTrees }: Checkout, path: string): boolean {
  const own = [shared, realPath(shared), ...workTrees.map((root) => join(root, '.git'))];
  const roots = [...workTrees, ...workTrees.map(realPath)];
  return [path, realPath(path)].some(
    (one) =>
      roots.some((root) => contains(root, one)) && !own.some((folder) => contains(folder, one)),
  );
}

function contains(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/** Resolves the links in a path, of which the end may not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
