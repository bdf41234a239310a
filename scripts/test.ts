/**
 * `npm test [-- NAME …]`: runs all suites on the sandbox; needs only Node and Git. With names, runs only
 * the test files whose path contains one of them.
 */
import { runTests } from './run-tests.ts';

/** These need Go, real servers or much time. */
const other = /^test\/(compat|faults|go|long)\//;

const status = await runTests({
  folders: ['test', 'packages/*/test'],
  includes: (file) => !other.test(file),
  fleet: 'sandbox',
  only: process.argv.slice(2),
  // Most files wait for processes and servers most of the time.
  concurrency: 4,
});
console.log(
  'The suites above ran on the sandbox. Those for real kube-apiservers are separate: `npm run cluster:install` once, then `npm run test:cluster`.',
);
process.exitCode = status;
