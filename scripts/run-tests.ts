import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.ts';

interface TestRun {
  /** Folders with test files, relative to the project's root. */
  readonly folders: readonly string[];
  /** Decides by path which of their files run. Without it, all of them run. */
  readonly includes?: (file: string) => boolean;
  /** What test/fleet.ts starts: in-process sandboxes, or real kube-apiservers. */
  readonly fleet: 'sandbox' | 'real';
  /** Parts of paths. A file runs if its path contains one of them; an empty list runs all files. */
  readonly only: readonly string[];
  /** Maximum number of processes with test files; Node's default unless given. */
  readonly concurrency?: number;
}

const root = join(import.meta.dirname, '..');

/** Pure files of other folders: their neighbours start processes or servers. */
const pureFiles: ReadonlySet<string> = new Set([
  'packages/sandbox/test/apply.test.ts',
  'packages/sandbox/test/patch.test.ts',
  'test/cli/edit-scalar.test.ts',
  'test/cli/lint-answers.test.ts',
  'test/cli/lint-formats.test.ts',
  'test/cli/lock-text.test.ts',
  'test/cli/review.test.ts',
  'test/docs/diagnostics.test.ts',
  'test/docs/guarantees.test.ts',
  'test/golden.test.ts',
  'test/io/checks/answer.test.ts',
  'test/io/kubernetes-status.test.ts',
]);

/**
 * Reports whether a test file belongs to the unit lane. Its files share one process: they start no
 * process and no server, and change nothing that another file sees.
 */
export function isUnit(file: string): boolean {
  return (
    /^test\/(compiler|karmada|model|property|review|syncer)\//.test(file) || pureFiles.has(file)
  );
}

/** Runs test files with the test runner of Node. Returns its exit status, or 1 when no file matches. */
export async function runTests(run: TestRun): Promise<number> {
  const files = await findFiles(run);
  if (files.length === 0) {
    const { folders, only } = run;
    const names = only.join(', ') || 'anything';
    console.error(`no test file below ${folders.join(', ')} matches ${names}`);
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), 'regatta-test-'));
  try {
    return await (files.every(isUnit) ? runInOneProcess(files) : runSideBySide(files, run, folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function findFiles({ folders, includes, only }: TestRun): Promise<readonly string[]> {
  const patterns = folders.map((folder) => `${folder}/**/*.test.ts`);
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) files.push(file);
  return files
    .filter((file) => includes?.(file) ?? true)
    .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
    .toSorted();
}

function runInOneProcess(files: readonly string[]): Promise<number> {
  return startRunner(['--test-isolation=none', ...files], {});
}

/** Each file is a process, except that the unit lane's files share the first one. */
async function runSideBySide(
  files: readonly string[],
  { fleet, concurrency }: TestRun,
  folder: string,
): Promise<number> {
  const unit = files.filter(isUnit);
  const unitFile = join(folder, 'unit.test.mjs');
  const imports = unit.map((file) => `import '${pathToFileURL(join(root, file))}';\n`);
  await writeFile(unitFile, imports.join(''));
  return startRunner(
    [
      ...(concurrency === undefined ? [] : [`--test-concurrency=${concurrency}`]),
      ...(unit.length === 0 ? [] : [unitFile]),
      ...files.filter((file) => !isUnit(file)),
    ],
    { REGATTA_TEST_FLEET: fleet, REGATTA_TEST_COMMAND: install(folder) },
  );
}

const reporters = ['spec', './scripts/slowest-files.ts'].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
]);

async function startRunner(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  // Later processes reuse the code that an earlier one compiled.
  const compiled = join(tmpdir(), 'node-compile-cache');
  const runner = spawn(process.execPath, ['--test', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...environment },
  });
  const [status] = await once(runner, 'exit');
  return typeof status === 'number' ? status : 1;
}
