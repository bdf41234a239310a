import { join } from 'node:path';
import { changeFiles, isDirectory, readOwnFiles } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';
import { fleetFile } from '#model/fleet.ts';
import { compileDirectory } from './compile.ts';
import type { CompileResult } from './compile-result.ts';
import { newFleetFile } from './fleet-file.ts';
import { type PackageSource, pinnedPackage } from './own-package.ts';
import { packageFolder } from './package-folder.ts';

export type Forge = 'github' | 'gitlab' | 'none';

export type InitResult =
  | { readonly type: 'made'; readonly files: number; readonly compiled: CompileResult }
  /** `init` wrote nothing, because these paths exist already. */
  | { readonly type: 'refused'; readonly taken: readonly string[] };

/**
 * Writes the files of the template and their rendered output into a directory. Writes nothing if one
 * of the files, or a folder that compile reads, exists already.
 *
 * @param source - the package that the repository installs; undefined leaves the choice to the user
 * @throws Error when the disk fails, or this installation is incomplete
 */
export async function initRepository(
  directory: string,
  forge: Forge,
  source: PackageSource | undefined,
): Promise<InitResult> {
  const template = templateFiles(forge);
  const pinned = source && pinnedPackage(template.get('package.json') ?? '{}', source);
  const files = new Map([...template, [fleetFile, newFleetFile()], ...(pinned ?? [])]);
  const taken = occupiedPaths(directory, [...fleetFolders, ...files.keys()]);
  if (taken.length > 0) return { type: 'refused', taken };
  await changeFiles(directory, { write: files, remove: [] });
  const compiled = await compileDirectory(directory);
  return { type: 'made', files: files.size, compiled };
}

/** Folders that must not exist, because compile would read or overwrite their content. */
const fleetFolders = ['bindings', 'clusters', 'policies', 'rendered', 'templates'];

const onlyFor: Record<Forge, RegExp> = {
  github: /^\.gitlab-ci\.yml$|^ci\/gitlab\.mjs$/,
  gitlab: /^\.github\/|^ci\/github\.mjs$/,
  none: /^\.github\/|^\.gitlab-ci\.yml$|^ci\//,
};

function templateFiles(forge: Forge): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of readOwnFiles(templateFolder(), ['.'])) {
    if (typeof text !== 'string') throw new Error(`cannot read ${path} of the repository template`);
    // npm excludes files named .gitignore from packages.
    const name = path === 'gitignore' ? '.gitignore' : path;
    if (!isOutput(name) && !onlyFor[forge].test(name)) files.set(name, text);
  }
  return files;
}

/** Output of a compile of the template itself, which a checkout may contain. */
function isOutput(path: string): boolean {
  return path.startsWith('bindings/') || path.startsWith('rendered/');
}

function templateFolder(): string {
  const folder = join(packageFolder(), 'repo-template');
  if (!isDirectory(folder))
    throw new Error(`incomplete installation: ${folder} is missing; install regatta again`);
  return folder;
}
