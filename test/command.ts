import { join } from 'node:path';

/**
 * The command that tests run: what users install, where the test runner has made that, because it
 * starts in half the time; else the source.
 */
export const command: string =
  process.env.REGATTA_TEST_COMMAND ?? join(import.meta.dirname, '../bin/regatta.mjs');
