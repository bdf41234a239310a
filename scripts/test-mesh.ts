/**
 * `npm run test:mesh [-- NAME …]`: measures traffic through real Envoys that a real istiod configures, on the real
 * kube-apiservers that `npm run cluster:install` built. `npm run mesh:install` obtains istiod and Envoy.
 */
import { runTests } from './run-tests.ts';

process.exitCode = await runTests({
  folders: ['test/mesh'],
  fleet: 'real',
  only: process.argv.slice(2),
});
