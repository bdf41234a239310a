/**
 * `npm test [-- NAME …]`: every suite on the sandbox, without anything but Node and git. With
 * names, only the test files whose path contains one of them.
 */
import { runTests } from './run-tests.ts';

const folders = ['test', 'packages/*/test'];
const status = await runTests({ folders, fleet: 'sandbox', only: process.argv.slice(2) });
console.log(
  'The suites above ran on the sandbox. Those for real kube-apiservers are separate: `npm run cluster:install` once, then `npm run test:cluster`.',
);
process.exitCode = status;
