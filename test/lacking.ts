import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Returns why tests are skipped that need programs of the machine; false when all are installed. */
export function lacking(...programs: readonly string[]): string | false {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = programs.filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  return missing.length === 0 ? false : `needs ${missing.join(', ')} on this machine`;
}
