import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import { unreadable } from '../read/unreadable.ts';

/** Returns whether all files of a build are readable. Reports links that Regatta cannot follow. */
export function areReadable(files: FileMap, folders: readonly string[], report: Report): boolean {
  const links = [...filesBelow(files, folders)].flatMap(([file, content]) =>
    typeof content === 'string' || content.base64 !== undefined ? [] : [{ file, content }],
  );
  for (const { file, content } of links) {
    report(unreadable(content, { file, line: 1, column: 1 }));
  }
  return links.length === 0;
}
