/** Maximum number of parts in a path. */
const maxParts = 64;

/**
 * Reports whether a relative path stays below its base folder, and is short enough for any file
 * system. Absolute paths, `.`, `..`, empty parts and NUL are unsafe.
 */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  if (parts.length > maxParts || path.length > 1024 || path.includes('\0')) return false;
  return !parts.some((part) => part === '' || part === '.' || part === '..');
}
