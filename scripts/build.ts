/**
 * `npm run build [-- DIR]`: bundles the command into dist/, with every library inside, so that what users
 * install has no dependencies. What a command imports only when it runs is a chunk of its own, so
 * that the others start without reading it. The same sources give the same bytes.
 */
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { writeSupplyChain } from './build/supply-chain.ts';

const root = join(import.meta.dirname, '..');
const outdir = resolve(process.argv[2] ?? join(root, 'dist'));
rmSync(outdir, { recursive: true, force: true });

/**
 * The Kubernetes client is a thousand generated classes, of which we use none: without this, they
 * all are bundled, because their packager didn't say that loading them does nothing.
 */
const withoutUnusedClasses: Plugin = {
  name: 'without-unused-classes',
  setup(build): void {
    build.onResolve({ filter: /^(\.{1,2}\/|@kubernetes\/client-node$)/ }, async (args) => {
      const isClient = `${args.path} ${args.importer}`.includes('@kubernetes/client-node');
      if (!isClient || args.pluginData === withoutUnusedClasses) return undefined;
      const { path, kind, importer, resolveDir } = args;
      const how = { kind, importer, resolveDir, pluginData: withoutUnusedClasses };
      return { ...(await build.resolve(path, how)), sideEffects: false };
    });
  },
};

/**
 * Node's `http` as an object: to import it as a module has Node fill in all that it exports, for which
 * it loads its own HTTP client and WebSocket, used by nobody here. That is 30 ms of each start.
 * Only for `import … from`: who asks for it with `import()`, as the exporter of traces does, wants a module.
 */
const withLazyHttp: Plugin = {
  name: 'with-lazy-http',
  setup(build): void {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace: 'lazy-http' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
    }));
  },
};

const { metafile } = await build({
  plugins: [withoutUnusedClasses, withLazyHttp],
  absWorkingDir: root,
  entryPoints: {
    regatta: 'cli/main.ts',
    'engine-thread': 'io/engine/engine-thread.ts',
    'check-process': 'io/checks/check-process.ts',
    'scan-thread': 'io/cache/scan-thread.ts',
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
  // CommonJS libraries in an ES module bundle still ask for require and __filename.
  banner: {
    js: "import { createRequire as regattaRequire } from 'node:module';\nconst require = regattaRequire(import.meta.url);\nconst regattaFilename = import.meta.filename;",
  },
  define: { __filename: 'regattaFilename' },
  logLevel: 'warning',
});

// As SARIF tells it (io/diagnostic-help.ts).
copyFileSync(join(root, 'docs/diagnostics.md'), join(outdir, 'diagnostics.md'));

// Lua is looked for beside the bundle (io/lua/scripts.ts).
const lua = 'liblua5.1.wasm';
copyFileSync(fileURLToPath(import.meta.resolve(`wasmoon-lua5.1/dist/${lua}`)), join(outdir, lua));

// The engines, too (io/engine/artifacts.ts).
cpSync(join(root, 'engines/artifacts'), join(outdir, 'engines'), {
  recursive: true,
  dereference: true,
  filter: (file) => !file.endsWith('.tmp') && !file.endsWith('licenses.json'),
});

writeSupplyChain(root, outdir, metafile);
