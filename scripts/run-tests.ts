import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandServers, shareServers } from '../test/commands/servers.ts';
import { install } from './install.ts';
import { groupOnSandbox, isUnit, type Lane, lanesOfFiles } from './test-groups.ts';

interface TestRun {
  /** Folders with test files, relative to the project's root. */
  readonly folders: readonly string[];
  /** Decides by path which of their files run. Without it, all of them run. */
  readonly includes?: (file: string) => boolean;
  /** What test/fleet.ts starts: in-process sandboxes, or real kube-apiservers. */
  readonly fleet: 'sandbox' | 'real';
  /** Parts of paths. A file runs if its path contains one of them; an empty list runs all files. */
  readonly only: readonly string[];
  /** Maximum number of processes at a time; 1 by default. On the sandbox, each of several concurrent processes runs several files. */
  readonly concurrency?: number;
}

/** Number of files from which a run on real servers makes data for them first, which takes as long as to start three fleets. */
const manyFiles = 8;

const root = join(import.meta.dirname, '..');

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
    return await runGroups(files, run, folder);
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

/** Runs the files in several processes. Files of the unit lane start no program, so that they need none. */
async function runGroups(
  paths: readonly string[],
  { fleet, concurrency }: TestRun,
  folder: string,
): Promise<number> {
  const lanes =
    fleet === 'real' || concurrency === undefined
      ? lanesOfFiles(paths, concurrency)
      : [{ groups: groupOnSandbox({ root, paths }, concurrency), concurrency }];
  const env = {
    REGATTA_TEST_FLEET: fleet,
    ...(paths.every(isUnit) ? {} : { REGATTA_TEST_COMMAND: install(folder) }),
    ...(fleet === 'real' && paths.length >= manyFiles ? await seedsIn(folder) : {}),
  };
  // The processes that run commands start with the first command.
  const socket = join(folder, 'commands.sock');
  const servers = new CommandServers(availableParallelism(), completed(env));
  const end = await shareServers(socket, servers);
  try {
    return await runLanes(lanes, folder, { ...env, REGATTA_TEST_COMMANDS: socket });
  } finally {
    end();
  }
}

async function runLanes(lanes: readonly Lane[], folder: string, env: Environment): Promise<number> {
  const statuses: number[] = [];
  // One after the other: the tests of one lane expect answers within seconds, and must not wait for those of another.
  for (const [index, lane] of lanes.entries()) {
    const own = join(folder, `lane-${index}`);
    await mkdir(own);
    statuses.push(await runLane(lane, own, env));
  }
  return Math.max(...statuses);
}

async function runLane(
  { groups, concurrency }: Lane,
  folder: string,
  env: Environment,
): Promise<number> {
  const entries = await Promise.all(groups.map((group, index) => entryOf(group, index, folder)));
  return startRunner([`--test-concurrency=${concurrency}`, ...entries], env);
}

/** Makes data with which the API servers of the tests start. */
async function seedsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const { makeSeeds } = await import('#test/bed/seed.ts');
  const seeds = join(folder, 'seeds');
  await makeSeeds(seeds);
  return { REGATTA_TEST_SEEDS: seeds };
}

/** Writes a file that imports the test files of one process. Node starts files in the order of their names. */
async function entryOf(group: readonly string[], index: number, folder: string): Promise<string> {
  const [first = ''] = group;
  const name = group.length === 1 ? basename(first, '.test.ts') : 'group';
  const entry = join(folder, `${String(index).padStart(3, '0')}-${name}.test.mjs`);
  const imports = group.map((path) => `import '${pathToFileURL(join(root, path))}';\n`);
  await writeFile(entry, imports.join(''));
  return entry;
}

const reporters = ['spec', './scripts/slowest-files.ts'].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
]);

type Environment = Readonly<Record<string, string>>;

/** Starts the test runner of Node, and resolves to its exit status. */
async function startRunner(args: readonly string[], env: Environment): Promise<number> {
  const runner = spawn(process.execPath, ['--test', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: completed(env),
  });
  const [status] = await once(runner, 'exit');
  return typeof status === 'number' ? status : 1;
}

/** Adds variables to those of this process, with which later processes reuse the code that an earlier one compiled. */
function completed(env: Environment): NodeJS.ProcessEnv {
  const compiled = join(tmpdir(), 'node-compile-cache');
  return { ...process.env, NODE_COMPILE_CACHE: compiled, ...env };
}
