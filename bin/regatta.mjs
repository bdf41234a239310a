#!/usr/bin/env node
// Starts regatta: the bundle of an installed package, or the TypeScript source of a checkout. This file is plain
// JavaScript that old versions of Node can run, because in a checkout the system's Node may start it. It then starts
// itself again with the Node 24 that `npm ci` installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const source = path('../cli/main.ts');

// npm runs scripts in the package's folder, but relative paths of the user start at the user's working directory.
if (process.env.npm_lifecycle_event === 'regatta' && process.env.INIT_CWD) {
  process.chdir(process.env.INIT_CWD);
}

// A syncer runs for months and needs little memory, so it should return memory instead of growing. Node and libc read
// these settings only at their start, so this process replaces itself.
const frugal = ['--max-semi-space-size=16', '--heap-growing-percent=30'];
const isSyncer = ['sync', 'agent'].includes(process.argv[2]);
const isFrugal = process.execArgv.includes(frugal[0]);
if (isSyncer && !isFrugal && process.execve !== undefined && process.platform !== 'win32') {
  const flags = [...process.execArgv, ...frugal];
  // Limits glibc to one heap: a heap for each thread takes 20 MB more, and is not faster.
  const env = { MALLOC_ARENA_MAX: '1', ...process.env };
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], env);
}

if (major > 24 || (major === 24 && minor >= 12)) {
  // V8 caches compiled code, so the next start takes a third less time.
  const { codeCacheFolder } = await import('./code-cache.mjs');
  const folder = codeCacheFolder();
  if (folder !== undefined) nodeModule.enableCompileCache(folder);
  await import(existsSync(source) ? '../cli/main.ts' : '../dist/regatta.mjs');
} else {
  const node = path('../node_modules/node/bin/node');
  if (!existsSync(node)) {
    console.error(`regatta needs Node 24.12 or newer; this is Node ${process.versions.node}`);
    process.exit(2);
  }
  const child = spawn(node, [path('regatta.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends SIGINT to both; SIGTERM reaches only this process.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const statusOf = (signal) => 128 + (constants.signals[signal] ?? 0);
  child.on('exit', (status, signal) => process.exit(signal ? statusOf(signal) : (status ?? 1)));
}
