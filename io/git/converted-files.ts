/** Finds files that git converts when it writes them into a work tree, so that they differ from their commit. */
import { dirname, resolve } from 'node:path';
import type { FileContent, Unreadable } from '#model/files.ts';
import { parentOf } from '#model/folder.ts';
import { readOwnFiles } from '../files/files.ts';
import { readAttributes } from './commands/queries.ts';
import { findWorkTree } from './find-work-tree.ts';
import { runGit } from './process.ts';
import { safeDirectories } from './safe-names.ts';
import { records } from './tree.ts';

/** The attributes by which a repository alone decides what git writes. A filter needs settings of the user. */
const converting = ['working-tree-encoding', 'ident'];

const name = '.gitattributes';

/** Files of a directory. */
export interface FoundFiles {
  /** Contents by path. A content that is not known is an object without a text. */
  readonly files: ReadonlyMap<string, FileContent | object>;
  /** The paths at or below which these files are. */
  readonly tops: readonly string[];
  /** Files to which symbolic links lead, by the path of the link. */
  readonly linked?: ReadonlyMap<string, string>;
}

/**
 * Returns the files of a work tree. Those that git has converted are unreadable, because they may differ from those of
 * their commit. Starts git only if `mayConvert`.
 */
export async function withoutConverted<C extends FileContent | object>(
  directory: string,
  found: FoundFiles & { readonly files: ReadonlyMap<string, C> },
): Promise<Map<string, C | Unreadable>> {
  if (found.files.size === 0 || !mayConvert(directory, found)) return new Map(found.files);
  const reasons = await reasonsFor(directory, found);
  return new Map(
    [...found.files].map(([path, content]) => {
      const reason = reasons.get(path);
      return [path, reason === undefined ? content : { reason, isConverted: true }];
    }),
  );
}

/** Returns why files may differ from those of their commit, by path. */
async function reasonsFor(
  directory: string,
  { files, linked }: FoundFiles,
): Promise<ReadonlyMap<string, string>> {
  const signal = AbortSignal.timeout(gitMs);
  const config = await safeDirectories(directory, signal);
  const real = new Map(files.keys().map((path) => [path, linked?.get(path) ?? path]));
  const command = readAttributes(converting, [...new Set(real.values())]);
  const { output } = await runGit(directory, command, signal, { config });
  const reasons = reasonsIn(records(output, '\0'));
  return new Map(
    [...real].flatMap(([path, file]) => {
      const reason = reasons.get(file);
      return reason === undefined ? [] : [[path, reason]];
    }),
  );
}

/** Time for git to answer, in milliseconds. */
const gitMs = 60_000;

/** Returns the reasons by path. Each path, attribute and value is a record. */
function reasonsIn(fields: readonly string[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 3) {
    const [path = '', attribute = '', value = ''] = fields.slice(at, at + 3);
    if (value === 'unspecified' || value === 'unset' || /^utf-?8$/i.test(value)) continue;
    const shown = value === 'set' ? attribute : `${attribute}=${value}`;
    const reason = `.gitattributes converts it (${shown}), so that it may differ from its commit`;
    reasons.set(path, reason);
  }
  return reasons;
}

/**
 * Reports whether a .gitattributes file mentions an attribute that converts, without starting git: one of these files, or
 * one in a folder above them, up to the root of the work tree.
 */
export function mayConvert(directory: string, { files, tops, linked }: FoundFiles): boolean {
  const root = findWorkTree(directory)?.root;
  if (root === undefined) return false;
  const inner = new Set([...tops, ...(linked?.values() ?? [])].flatMap(foldersAbove));
  const contents = [
    ...outerFolders(resolve(directory), root).map((folder) =>
      readOwnFiles(folder, [name]).get(name),
    ),
    ...readOwnFiles(
      directory,
      [...inner].map((folder) => `${folder}/${name}`),
    ).values(),
    ...files.entries().flatMap(([path, content]) => (path.endsWith(`/${name}`) ? [content] : [])),
  ];
  return contents.some((content) => content !== undefined && mentions(content));
}

/** Returns the folders from a directory to the root of its work tree. */
function outerFolders(directory: string, root: string): readonly string[] {
  const above = dirname(directory);
  const isTop = directory === root || above === directory;
  return isTop ? [directory] : [directory, ...outerFolders(above, root)];
}

/** Returns the folders above a path, without the top folder. */
function foldersAbove(path: string): readonly string[] {
  const above = parentOf(path);
  return above === '' ? [] : [above, ...foldersAbove(above)];
}

/**
 * Reports whether a file may set one of the attributes, also by a macro. One that is too large for Regatta may. Git reads no
 * attributes through a link.
 */
function mentions(content: FileContent | object): boolean {
  if (typeof content === 'string') return /working-tree-encoding|ident|\[attr\]/.test(content);
  const { base64, reason = '' } = content as Partial<Unreadable>;
  return base64 !== undefined || reason.startsWith('it is larger');
}
