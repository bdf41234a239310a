/** How large something may be that is fetched, so that it fits into memory. */

/** Of a file, or of an archive as it was packed; in bytes. */
export const maxPackedBytes: number = 64 * 1024 * 1024;

/** Of an archive's files together; in bytes. */
export const maxUnpackedBytes: number = 256 * 1024 * 1024;

/** Of an archive. */
export const maxFiles = 20_000;

export const tooMany: string = `it has more than ${maxFiles} files`;

/** @throws Error that says why an archive with this content is refused */
export function checkUnpacked({ files, bytes }: { files: number; bytes: number }): void {
  if (files > maxFiles) throw new Error(tooMany);
  if (bytes > maxUnpackedBytes) throw new Error(tooLarge(maxUnpackedBytes, ', unpacked'));
}

export function tooLarge(bytes: number, what = ''): string {
  return `it is larger than ${bytes / 1024 / 1024} MiB${what}`;
}
