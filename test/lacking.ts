import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Why tests that need some programs of the machine are left out; false when all are there. */
export function lacking(...programs: readonly string[]): string | false {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = programs.filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  return missing.length === 0 ? false : `needs ${missing.join(', ')} on this machine`;
}
