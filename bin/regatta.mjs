#!/usr/bin/env node
// Starts regatta: the bundle where one is installed, the TypeScript source in a checkout. Plain
// JavaScript that old Node versions can read, because in a checkout it may be the system's Node
// that runs it: then it starts over on the Node 24 that `npm ci` has brought.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const source = path('../cli/main.ts');

// npm runs scripts in the package's folder; the user's relative paths start where the user stands.
if (process.env.npm_lifecycle_event === 'regatta' && process.env.INIT_CWD) {
  process.chdir(process.env.INIT_CWD);
}

// A syncer runs for months and holds little: it is to give memory back rather than to grow. Node and
// libc take this only at their start, so that the process starts over, in its place.
const frugal = ['--max-semi-space-size=16', '--heap-growing-percent=30'];
const isSyncer = ['sync', 'agent'].includes(process.argv[2]);
const isFrugal = process.execArgv.includes(frugal[0]);
if (isSyncer && !isFrugal && process.execve !== undefined && process.platform !== 'win32') {
  const flags = [...process.execArgv, ...frugal];
  // Of glibc: a heap for each thread is 20 MB more, and not quicker.
  const env = { MALLOC_ARENA_MAX: '1', ...process.env };
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], env);
}

if (major > 24 || (major === 24 && minor >= 12)) {
  // V8 keeps what it compiled: the next start is a third quicker.
  const { codeCacheFolder } = await import('./code-cache.mjs');
  const folder = codeCacheFolder();
  if (folder !== undefined) nodeModule.enableCompileCache(folder);
  await import(existsSync(source) ? '../cli/main.ts' : '../dist/regatta.mjs');
} else {
  const node = path('../node_modules/node/bin/node');
  if (!existsSync(node)) {
    console.error(`regatta needs Node 24.12 or newer, this is ${process.versions.node}`);
    process.exit(2);
  }
  const child = spawn(node, [path('regatta.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends SIGINT to both; SIGTERM reaches only this process.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const statusOf = (signal) => 128 + (constants.signals[signal] ?? 0);
  child.on('exit', (status, signal) => process.exit(signal ? statusOf(signal) : (status ?? 1)));
}
