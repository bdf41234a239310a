/** Keeps what Regatta stores from other users of the machine: manifests and charts can hold Secrets. */
import { chmodSync, lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from './names.ts';

/** The mode of a folder that only its owner may use. */
export const privateFolder = 0o700;
/** The mode of a file that only its owner may read or write. */
export const privateFile = 0o600;

/** Takes the rights of other users away from a folder and everything below it. Follows no symbolic link. */
export function makePrivate(folder: string): void {
  if (!narrow(folder)) return;
  for (const name of namesIn(folder)) makePrivate(join(folder, name));
}

/**
 * Takes the rights of other users away from one file or folder. Missing ones, and those of another owner, stay
 * unchanged.
 *
 * @returns whether it is a folder
 */
export function narrow(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return false;
  try {
    if (isOpen(stats)) chmodSync(path, stats.mode & 0o700);
  } catch {
    // The owner of a mounted folder decides about its mode.
  }
  return stats.isDirectory();
}

/** Reports whether users other than the owner can open a file or folder. A missing one is not open to anyone. */
export function isWide(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && isOpen(stats);
}

function isOpen({ mode }: Stats): boolean {
  return (mode & 0o077) !== 0;
}
