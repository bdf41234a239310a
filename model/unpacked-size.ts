/** Maximum total size of the files of a chart or of an archive, in bytes. */
export const maxUnpackedBytes: number = 256 * 1024 * 1024;
