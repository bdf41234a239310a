/** Paths inside the repository: with `/`, relative to it, '' for the repository itself. */
import type { FileMap } from './files.ts';

/** The folder that a file or folder is in. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a path is a folder or below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Where a relative path leads from a folder; undefined when it leaves the repository. */
export function resolvePath(folder: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The files at or below some folders, by path, in order. */
export function filesBelow(files: FileMap, folders: readonly string[]): FileMap {
  const wanted = new Set(folders);
  const inside = [...files].filter(([path]) => isWithin(path, wanted));
  return new Map(inside.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a path is one of some folders or below one. */
function isWithin(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = parentOf(at)) if (folders.has(at)) return true;
  return folders.has('');
}
