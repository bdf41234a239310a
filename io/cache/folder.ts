import { homedir } from 'node:os';
import { join } from 'node:path';

/** Returns a folder in the user's cache. Everything below it may disappear at any time. */
export function cacheFolder(name: 'builds' | 'checks' | 'compile' | 'sources'): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', name);
}
