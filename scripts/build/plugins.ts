/** What the bundler leaves out of the bundle, or lets modules load only when they need it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const client = '@kubernetes/client-node';

/**
 * Drops the Kubernetes client's thousand generated classes, which Regatta does not use. The package does
 * not declare that it has no side effects, so that the bundler would keep them. The plugin resolves the paths itself:
 * the bundler's function for plugins reads the large folders of the package again for each path, which takes 20 seconds.
 */
const withoutUnusedClasses: Plugin = {
  name: 'without-unused-classes',
  setup(build): void {
    const entry = fileURLToPath(import.meta.resolve(client));
    build.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: entry,
      sideEffects: false,
    }));
    build.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes(client) ? { path: join(resolveDir, path), sideEffects: false } : undefined,
    );
  },
};

/**
 * Imports Node's `http` as an object. An import as a module makes Node load its own HTTP client and
 * WebSocket, which Regatta does not use, and adds 30 ms to each start. This applies only to
 * `import … from`: an `import()`, as in the exporter of traces, still returns a module.
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

/**
 * Replaces packages that a library tries to import, and works without, by a module that throws. Otherwise Node
 * would look for them above the bundle: for the copy of `regatta hook install`, in a work tree.
 */
const withoutOptionalPackages: Plugin = {
  name: 'without-optional-packages',
  setup(build): void {
    build.onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error('the bundle does not contain ${path}');`,
    }));
  },
};

/** The files of undici with the names that Regatta imports. */
const undiciFiles: Readonly<Record<string, string>> = {
  Agent: 'dispatcher/agent',
  EnvHttpProxyAgent: 'dispatcher/env-http-proxy-agent',
  ProxyAgent: 'dispatcher/proxy-agent',
  RetryAgent: 'dispatcher/retry-agent',
};

/**
 * Leaves the larger part of undici out: `fetch`, WebSockets, caches and mocks, which take half of the time that undici
 * needs to load. Requests go through the method `request` of a dispatcher.
 */
const withSmallUndici: Plugin = {
  name: 'with-small-undici',
  setup(build): void {
    build.onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({
      path: 'undici',
      namespace: 'small-undici',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /./, namespace: 'small-undici' }, ({ pluginData }) => ({
      resolveDir: pluginData as string,
      contents: [
        `const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');`,
        `Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'));`,
        `exports.getGlobalDispatcher = () => require('undici/lib/global.js').getGlobalDispatcher();`,
        ...Object.entries(undiciFiles).map(([name, file]) =>
          lazy(name, `require('undici/lib/${file}.js')`),
        ),
      ].join('\n'),
    }));
  },
};

/** Packages that few runs need, and what is imported from each. */
const rarePackages: Readonly<Record<string, readonly string[]>> = {
  // Only fleets with expressions in their settings need it.
  re2js: ['RE2JS', 'RE2JSException'],
  // Only connections through SOCKS proxies need them.
  socks: ['SocksClient'],
  'socks-proxy-agent': ['SocksProxyAgent'],
};

/** Loads packages when they are first used. */
const withLazyPackages: Plugin = {
  name: 'with-lazy-packages',
  setup(build): void {
    const packages = Object.keys(rarePackages).join('|');
    build.onResolve({ filter: new RegExp(`^(${packages})$`) }, ({ path, kind, resolveDir }) =>
      kind === 'import-statement'
        ? { path, namespace: 'lazy-package', pluginData: resolveDir }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'lazy-package' }, ({ path, pluginData }) => ({
      resolveDir: pluginData as string,
      contents: (rarePackages[path] ?? [])
        .map((name) => lazy(name, `require('${path}').${name}`))
        .join('\n'),
    }));
  },
};

/** Returns the text that exports the value of an expression, which runs when the name is first used. */
function lazy(name: string, expression: string): string {
  return `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => ${expression} });`;
}

export const plugins: Plugin[] = [
  withoutUnusedClasses,
  withLazyHttp,
  withoutOptionalPackages,
  withSmallUndici,
  withLazyPackages,
];
