/** Encodes the files of a Git repository as one blob; equal files give equal bytes. */
import type { FileContent } from '#model/files.ts';
import { type Archive, type ArchiveEntry, isLink, safePath } from './archive.ts';
import { blobDigest } from './blobs.ts';
import { checkUnpacked } from './limits.ts';

/** The first line of a blob. Its digest covers the line, so a blob of another type is never taken for a list. */
const typeLine = 'regatta git files v1\n';

type Row = readonly [path: string, entry: ArchiveEntry];

/** Encodes the files of a Git repository as a blob, which `readFileList` parses. */
export function writeFileList(files: Archive): Uint8Array {
  return Buffer.from(`${typeLine}${JSON.stringify(sorted(files).map(plain))}`);
}

/** Drops the reason, which is the same for all binary files. */
function plain([path, entry]: Row): readonly unknown[] {
  const isBinary = typeof entry === 'object' && 'base64' in entry;
  return [path, isBinary ? { base64: entry.base64 } : entry];
}

/**
 * Parses a blob that `writeFileList` encoded.
 *
 * @throws Error when the blob is not a list of files, has an unsafe path, or exceeds a limit of
 *   archives
 */
export function readFileList(blob: Uint8Array): Archive {
  const text = Buffer.from(blob).toString();
  if (!text.startsWith(typeLine)) throw new Error('not a list of files of a Git repository');
  const rows: unknown = JSON.parse(text.slice(typeLine.length));
  if (!Array.isArray(rows)) throw new Error('not a list of files');
  const files = new Map(rows.map(readRow));
  checkUnpacked({ files: files.size, bytes: text.length });
  return files;
}

function readRow(row: unknown): Row {
  const [path, entry] = Array.isArray(row) ? row : [];
  if (typeof path !== 'string') throw new Error('not a list of files');
  return [safePath(path), readEntry(entry)];
}

function readEntry(entry: unknown): ArchiveEntry {
  if (typeof entry === 'string') return entry;
  const { base64, link } = Object(entry);
  if (typeof base64 === 'string') return { reason: 'it is not UTF-8', base64 };
  return typeof link === 'string' ? { link } : { reason: 'it is not a regular file' };
}

/** Returns the digest that regatta.lock had for these files before lists had a type line. */
export function formerDigest(files: Archive): string {
  const rows = sorted(files).map(([path, entry]): [string, FileContent] => [
    path,
    isLink(entry) ? { reason: 'it is a link or another file that is not regular' } : entry,
  ]);
  return blobDigest(Buffer.from(JSON.stringify(rows)));
}

function sorted(files: Archive): readonly Row[] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}
