import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Installs the package of this checkout in a directory, as users install it.
 *
 * @returns the path of the command
 */
export function install(directory: string): string {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly files: readonly string[];
  };
  for (const file of [...files, 'package.json']) {
    if (file === 'dist/' || !existsSync(join(root, file))) continue;
    cpSync(join(root, file), join(directory, file), { recursive: true });
  }
  const build = [join(root, 'scripts/build.ts'), join(directory, 'dist')];
  execFileSync(process.execPath, build, { stdio: 'inherit' });
  return join(directory, 'bin/regatta.mjs');
}
