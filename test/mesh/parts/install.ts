/**
 * `npm run mesh:install`: builds istiod, istioctl and the relay of test/mesh with modules from the Go module
 * proxy, and installs the real Envoy with pip. A second run reuses the first build.
 */

import { existsSync } from 'node:fs';
import { errorMessage } from '#model/error.ts';
import { buildParts } from './build.ts';
import { builtParts, findParts } from './parts.ts';

const started = Date.now();
const say = (line: string): void => {
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`mesh:install [${String(seconds).padStart(3)} s] ${line}`);
};

try {
  const folder = builtParts();
  if (!existsSync(folder)) await buildParts(folder, say);
  say(`ready: ${findParts().istiod}`);
} catch (error) {
  say(errorMessage(error));
  process.exitCode = 1;
}
