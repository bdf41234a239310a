import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Returns the paths at which files cannot be created because something exists, sorted: the paths
 * themselves, and files and links in the place of their folders. Paths are relative to a directory.
 */
export function occupiedPaths(directory: string, paths: Iterable<string>): readonly string[] {
  const occupied = new Set<string>();
  for (const path of paths) {
    const blocking = exists(join(directory, path)) ? path : blockingParent(directory, path);
    if (blocking !== undefined) occupied.add(blocking);
  }
  return [...occupied].toSorted();
}

function blockingParent(directory: string, path: string): string | undefined {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const stats = lstatSync(join(directory, parent), { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) return parent;
  }
  return undefined;
}

function exists(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A parent is a file, so nothing can exist below it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return false;
    throw error;
  }
}
