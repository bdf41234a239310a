/**
 * `npm run build`: bundles the command into dist/regatta.mjs, with every library inside, so that
 * what users install has no dependencies. The same sources give the same bytes.
 */
import { build } from 'esbuild';

await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: ['cli/main.ts'],
  outfile: 'dist/regatta.mjs',
  bundle: true,
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
