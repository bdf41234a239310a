// Chooses the folder in which Node may store compiled code. Node runs the code in this folder without checking its
// owner, so another user who could write there could run code as this user.
import { lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Returns the folder for compiled code, or undefined if other users could write there. */
export function codeCacheFolder() {
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const folder = resolve(caches, 'regatta', 'code');
    replaceOpen(folder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // On Windows, other users cannot open a user's folder.
    if (process.getuid === undefined) return folder;
    if (!isClosed(folder) || !isClosed(realpathSync(folder))) return undefined;
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes a folder of this user that other users can open but not change, because they may have written below it. */
function replaceOpen(folder) {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const isOwn = stats !== undefined && stats.uid === process.getuid?.();
  const isOpen = isOwn && stats.isDirectory() && (stats.mode & 0o077) !== 0;
  if (isOpen && (stats.mode & 0o022) === 0) rmSync(folder, { recursive: true });
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
