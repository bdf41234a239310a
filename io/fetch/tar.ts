import { type ParsedTarEntryWithData, unpackTar } from 'modern-tar';
import { errorMessage } from '#model/error.ts';
import { type Archive, type ArchiveEntry, contentOf, safePath } from './archive.ts';
import { checkUnpacked, maxFiles } from './limits.ts';

/**
 * Returns the files and symbolic links of a tar archive, by path. A hard link has the content of the
 * file that it links to.
 *
 * @throws Error when the archive is invalid or too large, or has a path that leads outside
 */
export async function readTar(archive: Uint8Array): Promise<Archive> {
  const files = new Map<string, ArchiveEntry>();
  for (const { header, data } of await entriesOf(archive)) {
    files.set(safePath(header.name), entryOf(header, data, files));
  }
  return files;
}

/** Returns all entries but folders. For entries beyond the limit, it counts them and copies no data. */
async function entriesOf(archive: Uint8Array): Promise<readonly ParsedTarEntryWithData[]> {
  let count = 0;
  const filter = ({ type }: Header) => type !== 'directory' && ++count <= maxFiles;
  const entries = await unpackTar(archive, { strict: true, filter }).catch((error: unknown) => {
    throw new Error(`not a valid tar archive: ${errorMessage(error)}`, { cause: error });
  });
  checkUnpacked({ files: count, bytes: archive.length });
  return entries;
}

type Header = ParsedTarEntryWithData['header'];

function entryOf(
  { type, linkname = '' }: Header,
  data: Uint8Array | undefined,
  files: Archive,
): ArchiveEntry {
  if (type === 'file') return contentOf(data ?? new Uint8Array());
  if (type === 'symlink') return { link: linkname };
  const original = type === 'link' ? files.get(linkname.replace(/^(\.\/)+/, '')) : undefined;
  return original ?? { reason: 'it is not a regular file' };
}
