/** Limits for remote sources, so that they fit into memory. */
import { maxUnpackedBytes } from '#model/unpacked-size.ts';

/** Maximum size of a file or a compressed archive, in bytes. */
export const maxPackedBytes: number = 64 * 1024 * 1024;

/** Maximum number of files in an archive. */
export const maxFiles = 20_000;

export const tooMany: string = `it has more than ${maxFiles} files`;

/**
 * Checks the number and total size of the files in an archive.
 *
 * @throws Error when the archive exceeds `maxFiles` or `maxUnpackedBytes`
 */
export function checkUnpacked({ files, bytes }: { files: number; bytes: number }): void {
  if (files > maxFiles) throw new Error(tooMany);
  if (bytes > maxUnpackedBytes) throw new Error(tooLarge(maxUnpackedBytes, ', unpacked'));
}

/** Returns the reason for a file that exceeds a limit. `bytes` is the limit. */
export function tooLarge(bytes: number, what = ''): string {
  return `it is larger than ${bytes / 1024 / 1024} MiB${what}`;
}
