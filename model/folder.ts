/** Paths relative to the repository, separated by `/`; '' is the repository itself. */
import type { FileMap } from './files.ts';

/** Returns the folder that contains a file or folder. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Reports whether a path is a folder or below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Resolves a relative path from a folder. Returns undefined if the path leads out of the repository. */
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

/** Returns the files at or below some folders, ordered by path. */
export function filesBelow(files: FileMap, folders: readonly string[]): FileMap {
  const roots = new Set(folders);
  const inside = [...files].filter(([path]) => isWithin(path, roots));
  return new Map(inside.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reports whether a path is one of the folders or below one of them. */
function isWithin(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = parentOf(at)) if (folders.has(at)) return true;
  return folders.has('');
}
