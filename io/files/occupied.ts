import { chmodSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Which of some paths, relative to a directory, can't be written without replacing something: those
 * that are there, and those that lie below a file or a link.
 */
export function occupiedPaths(directory: string, paths: Iterable<string>): readonly string[] {
  const taken = new Set<string>();
  for (const path of paths) {
    const blocking = isThere(join(directory, path)) ? path : blockingParent(directory, path);
    if (blocking !== undefined) taken.add(blocking);
  }
  return [...taken].toSorted();
}

/** Lets everyone run a file. */
export function makeExecutable(file: string): void {
  chmodSync(file, 0o755);
}

function blockingParent(directory: string, path: string): string | undefined {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const stats = lstatSync(join(directory, parent), { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) return parent;
  }
  return undefined;
}

function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // What lies below a file isn't there; its parent is then what stands in the way.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return false;
    throw error;
  }
}
