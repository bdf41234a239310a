/** Bounds of a cluster's directory, which the syncer checks before it reads contents. */
import type { GitFile } from '../ports/source.ts';

/** What decoders put in place of bytes that are not UTF-8. */
export const replacement = '\u{FFFD}';

/** Maximum size of a file, in bytes: an API server accepts no larger object. */
const maxFileSize = 3 * 1024 * 1024;

/** Maximum number of files in a directory, and their maximum size together. */
const maxFiles = 50_000;
const maxDirectoryBytes = 256 * 1024 ** 2;

/**
 * Returns why the syncer does not read a directory; undefined if it fits.
 *
 * @param maxBytes - a lower limit of the process, in bytes
 */
export function boundsFault(
  cluster: string,
  files: readonly GitFile[],
  maxBytes: number = maxDirectoryBytes,
): string | undefined {
  const limit = Math.min(maxBytes, maxDirectoryBytes);
  const reasons = [excess(cluster, files, limit), ...files.map(invalidReason)];
  return reasons.find((reason) => reason !== undefined);
}

/** Returns by how much a directory is too large, before its contents are read; undefined if it fits. */
function excess(cluster: string, files: readonly GitFile[], maxBytes: number): string | undefined {
  if (files.length > maxFiles) {
    return `rendered/${cluster} has ${files.length} files; the limit is ${maxFiles}`;
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= maxBytes) return undefined;
  const [held, limit] = [Math.ceil(bytes / 1024 ** 2), Math.floor(maxBytes / 1024 ** 2)];
  return `rendered/${cluster} holds ${held} MiB; the limit is ${limit} MiB`;
}

function invalidReason({ path, type, size }: GitFile): string | undefined {
  // Names that differ only in bytes that are not UTF-8 are equal as texts: one file would replace the other.
  if (path.includes(replacement)) return `${path} has a name that is not UTF-8`;
  if (type !== 'file') return `${path} is a ${type}, not a regular file`;
  return size > maxFileSize ? `${path} is larger than ${maxFileSize} bytes` : undefined;
}
