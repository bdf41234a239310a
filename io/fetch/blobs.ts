/** What was fetched, by its digest, in the user's cache folder. */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** So much is fetched at once, and held unpacked, in bytes. */
export const maxBytes: number = 64 * 1024 * 1024;

/** `sha256:…` */
export function blobDigest(blob: Uint8Array): string {
  return `sha256:${hash('sha256', blob)}`;
}

/** The blob of a digest, if there is one; a broken one is none. */
export function readBlob(digest: string): Uint8Array | undefined {
  try {
    const blob = readFileSync(fileOf(digest));
    return blobDigest(blob) === digest ? blob : undefined;
  } catch {
    return undefined;
  }
}

/** A disk that keeps none has it fetched again. */
export function saveBlob(digest: string, blob: Uint8Array): void {
  const file = fileOf(digest);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    writeFileSync(draft, blob);
    renameSync(draft, file);
  } catch {
    // As if it had not been fetched.
  }
}

function fileOf(digest: string): string {
  return join(cacheFolder(), digest.replace(':', '-'));
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', 'sources');
}
