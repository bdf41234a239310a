/**
 * `npm run build`: bundles the command into dist/, with every library inside, so that what users
 * install has no dependencies. What a command imports only when it runs is a chunk of its own, so
 * that the others start without reading it. The same sources give the same bytes.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
rmSync(join(root, 'dist'), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: { regatta: 'cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24.12',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  // CommonJS libraries in an ES module bundle still ask for require.
  banner: {
    js: "import { createRequire as regattaRequire } from 'node:module';\nconst require = regattaRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
