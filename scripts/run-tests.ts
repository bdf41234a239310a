import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './install.ts';

interface TestRun {
  /** Where the test files are, relative to the project's root. */
  readonly folders: readonly string[];
  /** Matches the paths of files that are not to run. */
  readonly except?: RegExp;
  /** What test/fleet.ts starts: in-process sandboxes, or real kube-apiservers. */
  readonly fleet: 'sandbox' | 'real';
  /** Parts of paths: a file runs when its path contains one of them. Empty runs all. */
  readonly only: readonly string[];
}

/** Runs test files with Node's own runner; returns its exit status, 1 when there was none to run. */
export async function runTests({ folders, except, fleet, only }: TestRun): Promise<number> {
  const root = new URL('..', import.meta.url).pathname;
  const files: string[] = [];
  for await (const file of glob(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: root },
  )) {
    if (except?.test(file)) continue;
    if (only.length === 0 || only.some((part) => file.includes(part))) files.push(file);
  }
  if (files.length === 0) {
    console.error(
      `no test file below ${folders.join(', ')} matches ${only.join(', ') || 'anything'}`,
    );
    return 1;
  }
  // Every file is a process: what one has compiled the next need not.
  const compiled = join(tmpdir(), 'node-compile-cache');
  const installed = await mkdtemp(join(tmpdir(), 'regatta-test-'));
  try {
    const variables = {
      NODE_COMPILE_CACHE: compiled,
      REGATTA_TEST_FLEET: fleet,
      REGATTA_TEST_COMMAND: install(installed),
    };
    const runner = spawn(process.execPath, ['--test', ...files.toSorted()], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...variables },
    });
    const [status] = await once(runner, 'exit');
    return typeof status === 'number' ? status : 1;
  } finally {
    await rm(installed, { recursive: true });
  }
}
