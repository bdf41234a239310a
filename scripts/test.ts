/**
 * `npm test [-- NAME …]`: every suite on the sandbox, without anything but Node and git. With
 * names, only the test files whose path contains one of them.
 */
import { runTests } from './run-tests.ts';

const folders = ['test', 'packages/*/test'];
/** These need Go, real servers or much time. */
const except = /^test\/(compat|faults|go|long)\//;
const only = process.argv.slice(2);
const status = await runTests({ folders, except, fleet: 'sandbox', only });
console.log(
  'The suites above ran on the sandbox. Those for real kube-apiservers are separate: `npm run cluster:install` once, then `npm run test:cluster`.',
);
process.exitCode = status;
