import { join } from 'node:path';
import { changeFiles, isDirectory, readOwnFiles } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';
import { defaultSettings, type FleetFolders } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { compileDirectory } from './compile.ts';
import type { CompileResult } from './compile-result.ts';
import { newFleetFile } from './fleet-file.ts';
import { type PackageSource, pinnedPackage } from './own-package.ts';
import { packageFolder } from './package-folder.ts';
import { readSettings } from './read.ts';

export type Forge = 'github' | 'gitlab' | 'none';

export type CompletionResult =
  | {
      readonly type: 'completed';
      /** Paths that did not exist. */
      readonly written: readonly string[];
      /** Paths of the template at which something exists already. It stays unchanged. */
      readonly kept: readonly string[];
    }
  | { readonly type: 'not-a-fleet' };

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
  const files = initialFiles(forge, source);
  const taken = occupiedPaths(directory, [...fleetFolders, ...files.keys()]);
  if (taken.length > 0) return { type: 'refused', taken };
  await changeFiles(directory, { write: files, remove: [] });
  const compiled = await compileDirectory(directory);
  return { type: 'made', files: files.size, compiled };
}

/**
 * Writes those files of the template that a fleet repository lacks, such as pipelines, README.md and package.json.
 * Adds no example, and changes no file that exists.
 *
 * @throws Error when the disk fails, or this installation is incomplete
 */
export async function completeRepository(
  directory: string,
  forge: Forge,
  source: PackageSource | undefined,
): Promise<CompletionResult> {
  const sources = [fleetFile, ...Object.values(foldersOf(directory))];
  if (occupiedPaths(directory, sources).length === 0) return { type: 'not-a-fleet' };
  const files = [...initialFiles(forge, source)].filter(([path]) => !isExample(path));
  // A package-lock.json of the template would contradict the package.json of the repository.
  const isPinned = occupiedPaths(directory, ['package.json']).length > 0;
  const wanted = files.filter(([path]) => !(isPinned && path === 'package-lock.json'));
  const isFree = ([path]: readonly [string, string]) =>
    occupiedPaths(directory, [path]).length === 0;
  const write = new Map(wanted.filter(isFree));
  await changeFiles(directory, { write, remove: [] });
  const kept = wanted.map(([path]) => path).filter((path) => !write.has(path));
  return { type: 'completed', written: [...write.keys()].toSorted(), kept: kept.toSorted() };
}

function foldersOf(directory: string): Pick<FleetFolders, 'clusters' | 'templates' | 'policies'> {
  const { clusters, templates, policies } = isDirectory(directory)
    ? readSettings(directory)
    : defaultSettings;
  return { clusters, templates, policies };
}

/** Reports whether a file of the template is an example that a fleet with objects of its own does not need. */
function isExample(path: string): boolean {
  return /^(clusters|templates|policies)\//.test(path);
}

function initialFiles(
  forge: Forge,
  source: PackageSource | undefined,
): ReadonlyMap<string, string> {
  const template = templateFiles(forge);
  const pinned = source && pinnedPackage(template.get('package.json') ?? '{}', source);
  return new Map([...template, [fleetFile, newFleetFile()], ...(pinned ?? [])]);
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
