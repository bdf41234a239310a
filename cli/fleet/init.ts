import { join } from 'node:path';
import { changeFiles, isDirectory, readOwnFiles } from '#io/files/files.ts';
import { makeExecutable, occupiedPaths } from '#io/files/occupied.ts';
import { compileDirectory } from './compile.ts';
import type { CompileResult } from './compile-result.ts';

export type Forge = 'github' | 'gitlab' | 'none';

export type InitResult =
  | { readonly type: 'made'; readonly files: number; readonly compiled: CompileResult }
  /** Nothing was written, because it would replace these paths. */
  | { readonly type: 'refused'; readonly taken: readonly string[] };

/**
 * Makes a directory a fleet repository: the template's files, and their rendered output. All or
 * nothing: where one of them, or one of the folders that compile reads, is there, none is written.
 *
 * @throws Error when the disk fails, or this installation is incomplete
 */
export async function initRepository(directory: string, forge: Forge): Promise<InitResult> {
  const files = templateFiles(forge);
  const taken = occupiedPaths(directory, [...fleetFolders, ...files.keys()]);
  if (taken.length > 0) return { type: 'refused', taken };
  await changeFiles(directory, { write: files, remove: [] });
  for (const path of files.keys()) {
    if (path.startsWith('.githooks/')) makeExecutable(join(directory, path));
  }
  const compiled = await compileDirectory(directory);
  return { type: 'made', files: files.size, compiled };
}

/** What others have put there would be compiled, or be in the way of what is. */
const fleetFolders = ['bindings', 'clusters', 'policies', 'rendered', 'templates'];

const onlyFor: Record<Forge, RegExp> = {
  github: /^\.gitlab-ci\.yml$|^ci\/gitlab\.mjs$/,
  gitlab: /^\.github\/|^ci\/github\.mjs$/,
  none: /^\.github\/|^\.gitlab-ci\.yml$|^ci\//,
};

function templateFiles(forge: Forge): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of readOwnFiles(templateFolder(), ['.'])) {
    if (typeof text !== 'string') throw new Error(`the template's ${path} cannot be read`);
    // npm leaves files of this name out of packages.
    const name = path === 'gitignore' ? '.gitignore' : path;
    if (!isOutput(name) && !onlyFor[forge].test(name)) files.set(name, text);
  }
  return files;
}

/** In a checkout, somebody may have compiled the template where it is. */
function isOutput(path: string): boolean {
  return path.startsWith('bindings/') || path.startsWith('rendered/');
}

function templateFolder(): string {
  // The bundle is in dist/, this source file in cli/fleet/.
  const root = import.meta.filename.endsWith('.ts') ? '../..' : '..';
  const folder = join(import.meta.dirname, root, 'repo-template');
  if (!isDirectory(folder)) throw new Error(`this installation has no ${folder}: install it again`);
  return folder;
}
