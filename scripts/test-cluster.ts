/**
 * `npm run test:cluster [-- NAME …]`: the contract and syncer suites on real kube-apiservers, which
 * `npm run cluster:install` has built. The same files run in `npm test` on the sandbox, but for
 * test/faults/: what goes wrong there goes wrong with real servers alone; and test/go/, whose tools
 * Go builds.
 */
import { runTests } from './run-tests.ts';

process.exitCode = await runTests({
  folders: ['test/bed', 'test/contract', 'test/cluster', 'test/faults', 'test/go'],
  fleet: 'real',
  only: process.argv.slice(2),
});
