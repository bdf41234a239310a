import { lstatSync, readdirSync, type Stats } from 'node:fs';

export type OnFile = (path: string, stats: Stats) => void;

/** Visits the files at or below a path of a directory, if there are any; links are not followed. */
export function walkFiles(directory: string, path: string, visit: OnFile): void {
  const stats = lstatSync(`${directory}/${path}`, { throwIfNoEntry: false });
  if (stats?.isDirectory()) walkFolder(directory, path, visit);
  else if (stats !== undefined) visit(path, stats);
}

function walkFolder(directory: string, folder: string, visit: OnFile): void {
  const prefix = folder === '.' ? '' : `${folder}/`;
  for (const entry of readdirSync(`${directory}/${folder}`, { withFileTypes: true })) {
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    const path = prefix + entry.name;
    if (entry.isDirectory()) walkFolder(directory, path, visit);
    else walkFiles(directory, path, visit);
  }
}

/** What changes when a file does. */
export type Marks = ArrayLike<number> & Iterable<number>;

/** How many `Marks` a file has. */
export const markCount = 4;

/** A file's size, times and place on the disk. */
export function marksOf({ size, mtimeMs, ctimeMs, ino }: Stats): Marks {
  return [size, mtimeMs, ctimeMs, ino];
}
