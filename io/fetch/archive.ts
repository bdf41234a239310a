/** The files of an archive, independent of its format. */
import type { FileContent, FileMap } from '#model/files.ts';
import { parentOf } from '#model/folder.ts';
import { LinkedFiles, type NodeKind, type Tree } from '../files/links.ts';
import { isSafePath } from '../files/safe-path.ts';

/** A file, or a symbolic link with its target. */
export type ArchiveEntry = FileContent | { readonly link: string };

/** Entries by path. */
export type Archive = ReadonlyMap<string, ArchiveEntry>;

/**
 * Returns the normalised path of an entry.
 *
 * @throws Error when the path leads out of the archive or is too long
 */
export function safePath(path: string): string {
  const inside = path.replace(/^(\.\/)+/, '');
  if (isSafePath(inside)) return inside;
  const shown = JSON.stringify(inside.slice(0, 200));
  throw new Error(`the archive has an unsafe path ${shown}: it leads outside or is too long`);
}

/** Returns the content of a file as text, or in base64 when it is not UTF-8. */
export function contentOf(data: Uint8Array): FileContent {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return { reason: 'it is not UTF-8', base64: Buffer.from(data).toString('base64') };
  }
}

/** Returns the files, including those that links lead to. A link that leads out of the archive is unreadable. */
export function filesOf(archive: Archive): FileMap {
  const files = new Map<string, FileContent>();
  const walk = new LinkedFiles(treeOf(archive), (path, found) => {
    const content = 'reason' in found ? found : archive.get(found.path);
    if (content !== undefined && !isLink(content)) files.set(path, content);
  });
  walk.walk('');
  return files;
}

function treeOf(archive: Archive): Tree {
  const folders = new Map<string, Map<string, NodeKind>>([['', new Map()]]);
  const add = (path: string, kind: NodeKind): void => {
    const parent = parentOf(path);
    const names = folders.get(parent);
    if (names !== undefined) names.set(nameOf(path), kind);
    else {
      folders.set(parent, new Map([[nameOf(path), kind]]));
      add(parent, 'folder');
    }
  };
  for (const [path, entry] of archive) add(path, kindOf(entry));
  return {
    kindOf: (path) => folders.get(parentOf(path))?.get(nameOf(path)),
    targetOf(path) {
      const entry = archive.get(path);
      return entry !== undefined && isLink(entry) ? entry.link : '';
    },
    list: (folder) => Array.from(folders.get(folder) ?? [], ([name, kind]) => ({ name, kind })),
  };
}

function kindOf(entry: ArchiveEntry): NodeKind {
  if (isLink(entry)) return 'link';
  return typeof entry === 'string' || entry.base64 !== undefined ? 'file' : 'other';
}

export function isLink(entry: ArchiveEntry): entry is { readonly link: string } {
  return typeof entry === 'object' && 'link' in entry;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
