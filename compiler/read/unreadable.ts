import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { Unreadable } from '#model/files.ts';

/** Returns the diagnostic for a file that Regatta cannot read. */
export function unreadable(file: Unreadable, at: Position): Diagnostic {
  const { reason, outside } = file;
  if (outside) {
    return {
      code: 'build/outside',
      severity: 'error',
      message: reason,
      at,
      hint: 'copy the target of the link into the repository, and link to it with a relative path',
    };
  }
  return {
    code: 'read/unreadable',
    severity: 'error',
    message: `the file cannot be read: ${reason}`,
    at,
    hint: cureOf(file),
  };
}

function cureOf({ reason, isConverted }: Unreadable): string {
  if (isConverted) {
    return 'remove the attribute of this file, because syncers and reviews read what the commit has';
  }
  if (reason.includes('UTF-8')) {
    return 'save the file in UTF-8, or move it to a folder that Regatta does not read';
  }
  if (reason.includes('link')) return 'replace the link with the files that it should lead to';
  if (reason.includes('larger'))
    return 'split the file, or move it to a folder that Regatta does not read';
  return 'replace it with a regular file';
}
