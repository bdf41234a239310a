/** Folders of a repository on the disk. */
import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { sep } from 'node:path';
import type { NodeKind, Tree } from './links.ts';

export type OnFile = (path: string, stats: Stats) => void;

/**
 * Visits the files at or below a path of a directory, if there are any. Links are visited, and not
 * followed; a link or a file in the place of a folder that the path leads through is visited too.
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

/** A directory of the disk, as a tree whose links can be resolved. */
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

/** What git and npm keep in a folder is no part of the repository. */
function entriesOf(folder: string): readonly Dirent[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter(({ name }) => name !== '.git' && name !== 'node_modules');
}

function kindOf(entry: Stats | Dirent): NodeKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** What changes when a file does. */
export type Marks = ArrayLike<number> & Iterable<number>;

/** How many `Marks` a file has. */
export const markCount = 4;

/** A file's size, times and place on the disk. */
export function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return [size, mtimeMs, ctimeMs, ino];
}
