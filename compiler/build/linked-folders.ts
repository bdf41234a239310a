/** Follows links to folders in the paths of kustomizations, where Kustomize continues at the target of the link. */
import type { FolderLinks } from '#model/files.ts';
import { parentOf } from '#model/folder.ts';
import type { RawObject } from '../parse/documents.ts';

/** Maximum number of links on one path. */
const maxLinks = 16;

/** Returns the path of a folder without links. */
export function followLinks(links: FolderLinks, path: string): string {
  let real = path;
  for (let count = 0; links.size > 0 && count < maxLinks; count++) {
    const link = foldersOf(real).find((folder) => links.has(folder));
    if (link === undefined) return real;
    real = `${links.get(link)}${real.slice(link.length)}`.replace(/^\//, '');
  }
  return real;
}

/** Returns a path and the folders above it, the outermost first. */
function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path; at !== ''; at = parentOf(at)) folders.unshift(at);
  return folders;
}

/** A path in a kustomization that leads through a link to a folder. */
export interface LinkedPath {
  /** The path as written. */
  readonly written: string;
  readonly pointer: string;
  /** The folder at the end of the link. */
  readonly real: string;
}

/** Returns the text of a kustomization with the paths of the folders that its links lead to. */
export function withoutLinks(
  text: string,
  { at }: RawObject,
  folder: string,
  paths: readonly LinkedPath[],
): string {
  const lines = text.split('\n');
  for (const { written, pointer, real } of paths.toReversed()) {
    const { line, column } = at(pointer);
    const before = (lines[line - 1] ?? '').slice(0, column - 1);
    const after = (lines[line - 1] ?? '').slice(column - 1);
    const quoted = [written, `"${written}"`, `'${written}'`].find((form) => after.startsWith(form));
    if (quoted === undefined) continue;
    const path = JSON.stringify(relativePath(folder, real));
    lines[line - 1] = `${before}${path}${after.slice(quoted.length)}`;
  }
  return lines.join('\n');
}

/** Returns the path that leads from one folder to another. */
function relativePath(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => path.split('/').filter((part) => part !== ''));
  const [up, down] = [start ?? [], end ?? []];
  const shared = up.findIndex((part, index) => part !== down[index]);
  const common = shared < 0 ? up.length : shared;
  return [...up.slice(common).map(() => '..'), ...down.slice(common)].join('/') || '.';
}
