/**
 * `npm run build [-- DIR]`: bundles the command and all libraries into dist/, so that the package has no
 * dependencies. Modules that a command imports dynamically are separate chunks, so that other commands
 * start without reading them. The same sources give the same bytes.
 */
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { plugins } from './build/plugins.ts';
import { writeSupplyChain } from './build/supply-chain.ts';

const root = join(import.meta.dirname, '..');
const outdir = resolve(process.argv[2] ?? join(root, 'dist'));
rmSync(outdir, { recursive: true, force: true });

const { metafile } = await build({
  plugins,
  absWorkingDir: root,
  entryPoints: {
    regatta: 'cli/main.ts',
    'engine-thread': 'io/engine/engine-thread.ts',
    'check-process': 'io/checks/check-process.ts',
    'compile-process': 'cli/run/compile-process.ts',
    'members-process': 'cli/run/members-process.ts',
    'progress-thread': 'cli/print/progress-thread.ts',
    'scan-thread': 'io/cache/scan-thread.ts',
    'watchdog-thread': 'io/watchdog-thread.ts',
    'writing-thread': 'io/files/writing-thread.ts',
  },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24.12',
  minifySyntax: true,
  minifyWhitespace: true,
  // dist/THIRD-PARTY-LICENSES has the licence texts.
  legalComments: 'none',
  metafile: true,
  // CommonJS libraries in an ES module bundle still use require and __filename.
  banner: {
    js: "import { createRequire as regattaRequire } from 'node:module';\nconst require = regattaRequire(import.meta.url);\nconst regattaFilename = import.meta.filename;",
  },
  define: { __filename: 'regattaFilename' },
  logLevel: 'warning',
});

const outside = Object.values(metafile.outputs)
  .flatMap(({ imports }) => imports)
  .filter(({ path, external }) => external && !isBuiltin(path));
if (outside.length > 0) {
  const names = outside.map(({ path }) => path).join(', ');
  throw new Error(`the bundle imports packages that it does not contain: ${names}`);
}

// SARIF reports contain these texts (io/diagnostic-help.ts).
copyFileSync(join(root, 'docs/diagnostics.md'), join(outdir, 'diagnostics.md'));

// io/lua/scripts.ts looks for Lua beside the bundle.
const lua = 'liblua5.1.wasm';
copyFileSync(fileURLToPath(import.meta.resolve(`wasmoon-lua5.1/dist/${lua}`)), join(outdir, lua));

// io/engine/artifacts.ts looks for the engines beside the bundle.
cpSync(join(root, 'engines/artifacts'), join(outdir, 'engines'), {
  recursive: true,
  dereference: true,
  filter: (file) => !file.endsWith('.tmp') && !file.endsWith('licenses.json'),
});

writeSupplyChain(root, outdir, metafile);
