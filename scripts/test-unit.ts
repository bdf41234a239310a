/**
 * `npm run test:unit [-- NAME …]`: the part of `npm test` that starts no process and no server, in two
 * processes: tables, properties, golden folders and the answers of Karmada's code.
 */
import { runTests } from './run-tests.ts';
import { isUnit } from './test-groups.ts';

process.exitCode = await runTests({
  folders: ['test', 'packages/*/test'],
  includes: isUnit,
  fleet: 'sandbox',
  only: process.argv.slice(2),
  concurrency: 2,
});
