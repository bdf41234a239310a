/** What was fetched, by its type and digest, in the user's cache folder. */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RemoteSource } from '#model/remote-source.ts';

/** What a blob is read as: a blob of one type is never found as one of another. */
type BlobType = RemoteSource['type'];

/** `sha256:…` */
export function blobDigest(blob: Uint8Array): string {
  return `sha256:${hash('sha256', blob)}`;
}

/** The blob of a digest, if the cache has it; a broken one counts as missing. */
export function readBlob(type: BlobType, digest: string): Uint8Array | undefined {
  try {
    const blob = readFileSync(fileOf(type, digest));
    return blobDigest(blob) === digest ? blob : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a blob, if the disk takes it. */
export function saveBlob(type: BlobType, digest: string, blob: Uint8Array): void {
  const file = fileOf(type, digest);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    writeFileSync(draft, blob);
    renameSync(draft, file);
  } catch {
    // It is fetched again next time.
  }
}

function fileOf(type: BlobType, digest: string): string {
  return join(cacheFolder(), `${type}-${digest.replace(':', '-')}`);
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', 'sources');
}
