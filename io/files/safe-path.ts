/** Folders of a path may be so many inside of each other. */
const maxParts = 64;

/**
 * Whether a path stays below the folder that it is relative to: no absolute path, no `..`, no empty
 * part, no NUL; and a path that any disk takes.
 */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  if (parts.length > maxParts || path.length > 1024 || path.includes('\0')) return false;
  return !parts.some((part) => part === '' || part === '.' || part === '..');
}
