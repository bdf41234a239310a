/** The cache of fetched blobs, by type and digest, in the user's cache folder. */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteSource } from '#model/remote-source.ts';
import { cacheFolder } from '../cache/folder.ts';
import { privateFile, privateFolder } from '../files/private.ts';

/** The format of a blob. A blob is only found by the type that it was saved with. */
type BlobType = RemoteSource['type'];

/** Returns a digest as `sha256:…`. */
export function blobDigest(blob: Uint8Array): string {
  return `sha256:${hash('sha256', blob)}`;
}

/** Returns a blob from the cache, or undefined when the blob is missing or damaged. */
export function readBlob(type: BlobType, digest: string): Uint8Array | undefined {
  try {
    const blob = readFileSync(fileOf(type, digest));
    return blobDigest(blob) === digest ? blob : undefined;
  } catch {
    return undefined;
  }
}

/** Saves a blob in the cache, if the disk is writable. */
export function saveBlob(type: BlobType, digest: string, blob: Uint8Array): void {
  const file = fileOf(type, digest);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(cacheFolder('sources'), { recursive: true, mode: privateFolder });
    writeFileSync(draft, blob, { mode: privateFile });
    renameSync(draft, file);
  } catch {
    // Without a writable cache, the next run fetches the blob again.
  }
}

function fileOf(type: BlobType, digest: string): string {
  return join(cacheFolder('sources'), `${type}-${digest.replace(':', '-')}`);
}
