import type { FileContent } from '#model/files.ts';

const blockLength = 512;

/**
 * The ordinary files of a tar archive, by path. Of links there is nothing but that they are links.
 *
 * Source: POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar's long names.
 *
 * @throws Error for what is no such archive, or would lie outside of it
 */
export function readTar(archive: Uint8Array): ReadonlyMap<string, FileContent> {
  const files = new Map<string, FileContent>();
  let given = '';
  for (let offset = 0; offset + blockLength <= archive.length; ) {
    const header = archive.subarray(offset, offset + blockLength);
    if (header[0] === 0) break;
    const { path, type, size } = readHeader(header);
    const start = offset + blockLength;
    if (start + size > archive.length) throw new Error('the archive is cut short');
    const data = archive.subarray(start, start + size);
    offset = start + Math.ceil(size / blockLength) * blockLength;
    const isName = type === 'x' || type === 'L';
    if (!isName && type !== 'g' && !isFolder(type, path)) {
      files.set(safe(given || path), contentOf(type, data));
    }
    given = isName ? longNameIn(type, data) : '';
  }
  return files;
}

interface Header {
  readonly path: string;
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
  return { path, type: field(156, 1) || '0', size };
}

function isFolder(type: string, path: string): boolean {
  return type === '5' || path.endsWith('/');
}

/** Of the file that follows: a pax record `LENGTH path=NAME`, or GNU's name alone. */
function longNameIn(type: string, data: Uint8Array): string {
  const text = textOf(data);
  if (type === 'L') return text.replace(/\0.*$/s, '');
  return /^\d+ path=(.*)$/m.exec(text)?.[1] ?? '';
}

function safe(path: string): string {
  const parts = path.replace(/^(\.\/)+/, '').split('/');
  if (parts.some((part) => part === '..' || part === '' || part === '.' || part.includes('\0'))) {
    throw new Error(`the archive has a file ${JSON.stringify(path)}, outside of it`);
  }
  return parts.join('/');
}

function contentOf(type: string, data: Uint8Array): FileContent {
  if (type !== '0') return { reason: 'it is a link or no ordinary file' };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return { reason: 'it is not UTF-8', base64: Buffer.from(data).toString('base64') };
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
