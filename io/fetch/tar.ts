import { type Archive, type ArchiveEntry, contentOf, safePath } from './archive.ts';
import { checkUnpacked } from './limits.ts';

const blockLength = 512;

/**
 * The files and symbolic links of a tar archive, by path. Hard links are the files that they lead to.
 *
 * Source: POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar's long names.
 *
 * @throws Error for what is no such archive, is too large, or has a path that lies outside of it
 */
export function readTar(archive: Uint8Array): Archive {
  const files = new Map<string, ArchiveEntry>();
  let given: Names = {};
  for (let offset = 0; offset + blockLength <= archive.length; ) {
    const header = archive.subarray(offset, offset + blockLength);
    if (header[0] === 0) break;
    const { size, type, ...names } = readHeader(header);
    const start = offset + blockLength;
    if (start + size > archive.length) throw new Error('the archive is cut short');
    const data = archive.subarray(start, start + size);
    offset = start + Math.ceil(size / blockLength) * blockLength;
    const more = namesIn(type, data);
    const { path = '', target = '' } = { ...names, ...given };
    if (more === undefined && type !== 'g' && !isFolder(type, path)) {
      files.set(safePath(path), entryOf(type, { data, target, files }));
      checkUnpacked({ files: files.size, bytes: archive.length });
    }
    given = more === undefined ? {} : { ...given, ...more };
  }
  return files;
}

interface Names {
  readonly path?: string;
  /** Of a link. */
  readonly target?: string;
}

interface Header extends Names {
  readonly type: string;
  readonly size: number;
}

function readHeader(header: Uint8Array): Header {
  const field = (start: number, length: number) =>
    textOf(header.subarray(start, start + length)).replace(/\0.*$/s, '');
  const size = Number.parseInt(field(124, 12).trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new Error('it is no tar archive');
  const [prefix, name] = [field(345, 155), field(0, 100)];
  const isUstar = field(257, 6).startsWith('ustar');
  const path = isUstar && prefix !== '' ? `${prefix}/${name}` : name;
  return { path, type: field(156, 1) || '0', size, target: field(157, 100) };
}

function isFolder(type: string, path: string): boolean {
  return type === '5' || path.endsWith('/');
}

/**
 * Names of the file that follows, where this is no file but says them: in pax records
 * `LENGTH path=NAME`, or in GNU's form alone.
 */
function namesIn(type: string, data: Uint8Array): Names | undefined {
  const text = textOf(data);
  if (type === 'L') return { path: text.replace(/\0.*$/s, '') };
  if (type === 'K') return { target: text.replace(/\0.*$/s, '') };
  if (type !== 'x') return undefined;
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const target = /^\d+ linkpath=(.*)$/m.exec(text)?.[1];
  return { ...(path !== undefined && { path }), ...(target !== undefined && { target }) };
}

function entryOf(
  type: string,
  { data, target, files }: { data: Uint8Array; target: string; files: Archive },
): ArchiveEntry {
  if (type === '0' || type === '7') return contentOf(data);
  const original = type === '1' ? files.get(target.replace(/^(\.\/)+/, '')) : undefined;
  if (original !== undefined) return original;
  return type === '2' ? { link: target } : { reason: 'it is not a regular file' };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
