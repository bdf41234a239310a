import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import { unreadable } from '../read/unreadable.ts';

/** Whether files to build from can all be read. A link that cannot be followed is reported. */
export function areReadable(files: FileMap, folders: readonly string[], report: Report): boolean {
  const links = [...filesBelow(files, folders)].flatMap(([file, content]) =>
    typeof content === 'string' || content.base64 !== undefined ? [] : [{ file, content }],
  );
  for (const { file, content } of links) {
    report(unreadable(content, { file, line: 1, column: 1 }));
  }
  return links.length === 0;
}
