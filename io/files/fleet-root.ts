import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defaultSettings, sourceRoots } from '#model/fleet.ts';
import { fleetFile, isMisnamedFleetFile } from '#model/fleet-file.ts';
import { isDirectory } from './files.ts';

/**
 * Returns the fleet repository that contains a directory: the directory itself or the nearest one above,
 * as git finds its repository. The search ends at the top of a Git repository, and at a directory of another user.
 *
 * @throws Error when neither the directory nor one above it is a fleet repository
 */
export function fleetRoot(directory: string): string {
  if (!isDirectory(directory)) throw new Error(`${directory} is not a directory`);
  const found = foldersAbove(directory).find(isFleet);
  if (found !== undefined) return found;
  if (sourceFolders(directory).length > 0) return directory;
  const roots = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    sourceRoots(defaultSettings).map((folder) => `${folder}/`),
  );
  throw new Error(
    `${resolve(directory)} is not in a fleet repository: neither this directory nor a parent contains ${fleetFile} or folders named ${roots}; to create a fleet repository, run regatta init`,
  );
}

/** Returns the fleet repository that contains a directory; the directory itself if no fleet repository contains it. */
export function nearestFleet(directory: string): string {
  return (isDirectory(directory) ? foldersAbove(directory).find(isFleet) : undefined) ?? directory;
}

/** Returns a directory and those above it, in the form in which the caller named it. */
function foldersAbove(directory: string): readonly string[] {
  const owner = statSync(directory).uid;
  const folders: string[] = [];
  for (let folder = directory; ; folder = join(folder, '..')) {
    if (statSync(folder).uid !== owner) return folders;
    folders.push(folder);
    const absolute = resolve(folder);
    const isTop = statSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;
    if (isTop || absolute === dirname(absolute)) return folders;
  }
}

/**
 * Reports whether a directory is a fleet repository. Without settings it needs two of the source folders,
 * because a chart, for example, has a folder named templates.
 */
function isFleet(folder: string): boolean {
  const hasSettings = statSync(join(folder, fleetFile), { throwIfNoEntry: false }) !== undefined;
  return hasSettings || misnamedFleetFiles(folder).length > 0 || sourceFolders(folder).length > 1;
}

/** Returns the files at the top of a directory whose names people mistake for regatta.yaml. */
export function misnamedFleetFiles(directory: string): readonly string[] {
  return readdirSync(directory).filter(isMisnamedFleetFile);
}

function sourceFolders(folder: string): readonly string[] {
  return sourceRoots(defaultSettings).filter((name) => isDirectory(join(folder, name)));
}
