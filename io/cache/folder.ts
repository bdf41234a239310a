import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isWide, makePrivate, narrow } from '../files/private.ts';

/** The folders whose modes this process has corrected. */
const corrected = new Set<string>();

/**
 * Returns a folder in the user's cache. Everything below it may disappear at any time. The first call for a folder
 * corrects modes that let other users read it.
 */
export function cacheFolder(name: 'builds' | 'checks' | 'compile' | 'sources' | 'traffic'): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', name);
  if (!corrected.has(folder)) {
    corrected.add(folder);
    narrow(dirname(folder));
    // Other users cannot reach what is below a private folder, and a walk over a large cache takes time.
    if (isWide(folder)) makePrivate(folder);
  }
  return folder;
}
