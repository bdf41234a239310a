import { dirname, join } from 'node:path';

const installed = process.env.REGATTA_TEST_COMMAND;

/**
 * The command that tests run: the installed package that the test runner made, because it starts in
 * half the time, or else the source.
 */
export const command: string = installed ?? join(import.meta.dirname, '../bin/regatta.mjs');

/**
 * Returns the folder of the installed package, for tests of the package itself.
 *
 * @throws Error when the file runs without the test runner, which installs the package
 */
export function installedPackage(): string {
  if (installed === undefined) throw new Error('not installed: run npm test -- NAME');
  return dirname(dirname(installed));
}
