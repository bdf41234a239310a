/**
 * `npm test [-- NAME …]`: runs the suites on the sandbox; needs only Node and Git. It leaves the longest files of
 * test/cluster/ to `npm run test:cluster`. With names, it runs the test files whose path contains one of them, the
 * longest included.
 */
import { runTests } from './run-tests.ts';
import { isLongOnServers } from './test-groups.ts';

/** These need Go, real servers or much time. */
const other = /^test\/(compat|faults|go|long|mesh)\//;

const only = process.argv.slice(2);
const status = await runTests({
  folders: ['test', 'packages/*/test'],
  includes: (file) => !other.test(file) && (only.length > 0 || !isLongOnServers(file)),
  fleet: 'sandbox',
  only,
  // Most files wait for processes and servers most of the time.
  concurrency: 4,
});
console.log(
  'The suites above ran on the sandbox. Those for real kube-apiservers, and the longest ones, are separate: `npm run cluster:install` once, then `npm run test:cluster`.',
);
process.exitCode = status;
