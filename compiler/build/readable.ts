import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';

/** Whether there is no link among files to build from: it could lead anywhere. Links are reported. */
export function areReadable(files: FileMap, folders: readonly string[], report: Report): boolean {
  const links = [...filesBelow(files, folders)].flatMap(([file, content]) =>
    typeof content === 'string' || content.base64 !== undefined ? [] : [{ file, content }],
  );
  for (const { file, content } of links) {
    report({
      code: 'read/unreadable',
      severity: 'error',
      message: `the file cannot be read: ${content.reason}`,
      at: { file, line: 1, column: 1 },
    });
  }
  return links.length === 0;
}
