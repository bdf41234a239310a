// Where Node may keep compiled code. Node runs what it finds there and checks no owner, so that a folder
// in which another user can write would let that user run code.
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Returns the folder for compiled code, or undefined if other users could write there. */
export function codeCacheFolder() {
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const folder = resolve(caches, 'regatta', 'code');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // On Windows, the folder of a user is closed to others.
    if (process.getuid === undefined) return folder;
    return isClosed(folder) && isClosed(realpathSync(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether a path and all of its parents belong to this user or root, and no other user can write there. */
function isClosed(path) {
  const stats = lstatSync(path);
  const isOwn = [0, process.getuid()].includes(stats.uid);
  // The mode of a link has no meaning: the owner of its folder can replace it.
  const isShared = !stats.isSymbolicLink() && (stats.mode & 0o022) !== 0;
  if (!isOwn || isShared) return false;
  return path === dirname(path) || isClosed(dirname(path));
}
