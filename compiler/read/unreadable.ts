import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { Unreadable } from '#model/files.ts';

/** What is wrong with a file of the repository that cannot be read. */
export function unreadable({ reason, outside }: Unreadable, at: Position): Diagnostic {
  if (outside) {
    return {
      code: 'build/outside',
      severity: 'error',
      message: reason,
      at,
      hint: 'copy what the link leads to into the repository, and let a relative link lead there',
    };
  }
  return {
    code: 'read/unreadable',
    severity: 'error',
    message: `the file cannot be read: ${reason}`,
    at,
  };
}
