/** Lists folders of a repository on disk. */
import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { sep } from 'node:path';
import type { NodeKind, Tree } from './links.ts';

export type OnFile = (path: string, stats: Stats) => void;

/**
 * Visits the files at or below a path of a directory. It visits links and does not follow them. If a link
 * or a file replaces one of the path's folders, that link or file is visited instead.
 */
export function walkFiles(directory: string, path: string, visit: OnFile): void {
  const parts = path.split('/');
  for (let end = 1; end < parts.length; end++) {
    const parent = parts.slice(0, end).join('/');
    const stats = lstatSync(`${directory}/${parent}`, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      visit(parent, stats);
      return;
    }
  }
  walkEntry(directory, path, visit);
}

function walkEntry(directory: string, path: string, visit: OnFile): void {
  const stats = lstatSync(`${directory}/${path}`, { throwIfNoEntry: false });
  if (stats?.isDirectory()) walkFolder(directory, path, visit);
  else if (stats !== undefined) visit(path, stats);
}

function walkFolder(directory: string, folder: string, visit: OnFile): void {
  const prefix = folder === '.' ? '' : `${folder}/`;
  for (const entry of entriesOf(`${directory}/${folder}`)) {
    const path = prefix + entry.name;
    if (entry.isDirectory()) walkFolder(directory, path, visit);
    else walkEntry(directory, path, visit);
  }
}

/** Returns a directory on disk as a tree whose links can be resolved. */
export function diskTree(directory: string): Tree {
  return {
    kindOf(path) {
      const stats = lstatSync(`${directory}/${path}`, { throwIfNoEntry: false });
      return stats && kindOf(stats);
    },
    targetOf: (link) => readlinkSync(`${directory}/${link}`).replaceAll(sep, '/'),
    list: (folder) =>
      entriesOf(`${directory}/${folder}`).map((entry) => ({
        name: entry.name,
        kind: kindOf(entry),
      })),
  };
}

/** Lists a folder without the directories of git and npm, which do not belong to the repository. */
function entriesOf(folder: string): readonly Dirent[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter(({ name }) => name !== '.git' && name !== 'node_modules');
}

function kindOf(entry: Stats | Dirent): NodeKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Metadata of a file that changes whenever the file does. */
export type Marks = ArrayLike<number> & Iterable<number>;

/** Number of values in `Marks`. */
export const markCount = 4;

/** Returns a file's size, times and inode. */
export function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return [size, mtimeMs, ctimeMs, ino];
}
