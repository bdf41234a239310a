/**
 * `npm run test:cluster [-- NAME …]`: runs the contract and syncer suites on the real kube-apiservers
 * that `npm run cluster:install` built. `npm test` runs the same files on the sandbox, except the longest,
 * test/faults/, whose faults only occur with real servers, and test/go/, whose tools need Go.
 */
import { runTests } from './run-tests.ts';

process.exitCode = await runTests({
  folders: ['test/bed', 'test/contract', 'test/cluster', 'test/faults', 'test/go'],
  fleet: 'real',
  only: process.argv.slice(2),
  // Most files wait for servers and for intervals of the syncer for much of their time.
  concurrency: 3,
});
