/**
 * `npm run cluster:install`: builds the programs of test/go and, with modules from the Go module
 * proxy, real Kubernetes API servers for the tests. A second run reuses the first build. With
 * KUBEBUILDER_ASSETS set it only checks the programs in that folder.
 */

import { existsSync } from 'node:fs';
import { errorMessage } from '#model/error.ts';
import { buildTool, tools } from '../go/tools.ts';
import { builtAssets, findAssets } from './assets.ts';
import { buildAssets } from './build.ts';

const started = Date.now();
const say = (line: string): void => {
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`cluster:install [${String(seconds).padStart(3)} s] ${line}`);
};

try {
  const folder = builtAssets();
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given === undefined && !existsSync(folder)) await buildAssets(folder, say);
  for (const tool of given === undefined ? tools : []) {
    say(`building ${tool}, or finding it built`);
    buildTool(tool);
  }
  say(`ready: ${findAssets({ controllers: given === undefined })}`);
} catch (error) {
  say(errorMessage(error));
  process.exitCode = 1;
}
