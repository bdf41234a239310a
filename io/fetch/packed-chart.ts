import { gunzipSync } from 'node:zlib';
import type { FileMap } from '#model/files.ts';
import { maxUnpackedBytes } from '#model/unpacked-size.ts';
import { filesOf } from './archive.ts';
import { tooLarge } from './limits.ts';
import { readTar } from './tar.ts';

/**
 * Returns the files of a packed chart, below a folder with the name of the chart.
 *
 * @throws Error when it is not a gzip archive of a tar archive, is too large, or has a path that leads outside
 */
export async function filesOfPackage(blob: Uint8Array): Promise<FileMap> {
  return filesOf(await readTar(gunzip(blob)));
}

/** Returns the files of a packed chart without that folder; undefined if it is not a packed chart. */
export async function unpackChart(blob: Uint8Array): Promise<FileMap | undefined> {
  const files = await filesOfPackage(blob).catch(() => new Map());
  const inside = new Map([...files].map(([path, content]) => [withoutTop(path), content]));
  return inside.has('Chart.yaml') ? inside : undefined;
}

function withoutTop(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

function gunzip(blob: Uint8Array): Uint8Array {
  try {
    return gunzipSync(blob, { maxOutputLength: maxUnpackedBytes });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    const fault = isLarge ? tooLarge(maxUnpackedBytes, ', unpacked') : 'not a gzip archive';
    throw new Error(fault, { cause: error });
  }
}
