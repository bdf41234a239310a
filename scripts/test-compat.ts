/**
 * `npm run test:compat [-- NAME …]`: compares the engines with native Helm and Kustomize of the same
 * versions on public charts and kustomizations, and with all recorded answers of a kube-apiserver. Needs
 * Go, which downloads the charts and builds Kustomize.
 */
import { runTests } from './run-tests.ts';

process.exitCode = await runTests({
  folders: ['test/compat'],
  fleet: 'sandbox',
  only: process.argv.slice(2),
});
