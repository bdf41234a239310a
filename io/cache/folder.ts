import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of the user's cache. Everything below it can be lost at any time. */
export function cacheFolder(name: 'builds' | 'checks' | 'compile' | 'sources'): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regatta', name);
}
