import { readdirSync } from 'node:fs';

/**
 * Returns the names in a folder, and with `recursive` the paths below it. The list is empty if the folder cannot be
 * read, because other processes may remove it meanwhile.
 */
export function namesIn(folder: string, recursive = false): readonly string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch {
    return [];
  }
}
