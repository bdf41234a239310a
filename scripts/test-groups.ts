/** Decides which test files share a process, because each process loads the same sources again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
 * Files that take more than half a minute. Each has a process of its own, which starts early, so that none of them
 * still runs when all others have ended.
 */
const longFiles: ReadonlySet<string> = new Set([
  'test/cluster/commit-order.test.ts',
  'test/docs/commands.test.ts',
  'test/engines/istio-parts.test.ts',
  'test/engines/kubernetes.test.ts',
  'test/cli/diff.test.ts',
  'test/cli/diff-memory.test.ts',
  'test/cluster/compile-limits.test.ts',
  'test/cluster/stops.test.ts',
  'test/cluster/timeout.test.ts',
  'test/cluster/hostile-repository.test.ts',
  'test/cluster/worker.test.ts',
  'test/cluster/unknown-fields.test.ts',
  'test/cluster/anti-entropy.test.ts',
  'test/cluster/status.test.ts',
  'test/cluster/exit-statuses.test.ts',
  'test/cluster/running-canary.test.ts',
  'test/faults/answers.test.ts',
  'test/faults/hostile-member.test.ts',
  'test/faults/kill.test.ts',
  'test/faults/levels.test.ts',
  'test/faults/server.test.ts',
  'test/faults/two-syncers.test.ts',
  'test/repo-template/pipelines.test.ts',
  'test/cli/street-builds.test.ts',
  'test/cli/lint-meshes.test.ts',
  'test/cli/broken-meshes.test.ts',
]);

/**
 * Reports whether a file takes more than half a minute and runs on real servers too. `npm test` leaves it to
 * `npm run test:cluster`, unless its name is given.
 */
export function isLongOnServers(file: string): boolean {
  return file.startsWith('test/cluster/') && longFiles.has(file);
}

/**
 * Files on real servers whose tests expect an answer within seconds, or much work within a minute. They run one at a
 * time after the others.
 */
const timedFiles: ReadonlySet<string> = new Set([
  'test/faults/hostile-member.test.ts',
  'test/cluster/unknown-fields.test.ts',
  'test/cluster/compile-limits.test.ts',
  'test/cluster/timeout.test.ts',
  'test/cluster/worker.test.ts',
  'test/cluster/anti-entropy.test.ts',
  'test/cluster/reconcile.test.ts',
  'test/cluster/sync.test.ts',
]);

/** Files of the contract that restart their API server, or list all kinds of a group. They have servers of their own. */
const ownServers: ReadonlySet<string> = new Set([
  'test/contract/apply-validation.test.ts',
  'test/contract/definitions.test.ts',
  'test/contract/misplaced.test.ts',
  'test/contract/watch.test.ts',
]);

/** Reports whether a file uses the same servers as other files of its process. */
function sharesServers(path: string): boolean {
  return path.startsWith('test/contract/') && !ownServers.has(path);
}

/** Test files, each group in a process of its own, in the order in which the processes start. */
export interface Lane {
  readonly groups: readonly (readonly string[])[];
  /** Maximum number of processes at a time. */
  readonly concurrency: number;
}

/**
 * Divides test files into lanes, which run one after the other. Each file has a process of its own, except files
 * that share servers, and the longest ones start first.
 */
export function lanesOfFiles(paths: readonly string[], concurrency = 1): readonly Lane[] {
  const shared = paths.filter(sharesServers);
  const timed = [...timedFiles].filter((path) => concurrency > 1 && paths.includes(path));
  const others = paths.filter((path) => !timed.includes(path) && !sharesServers(path));
  const alone = [
    ...others.filter((path) => longFiles.has(path)),
    ...others.filter((path) => !longFiles.has(path)),
  ].map((path) => [path]);
  const lanes = [
    { groups: shared.length > 0 ? [shared, ...alone] : alone, concurrency },
    { groups: timed.map((path) => [path]), concurrency: 1 },
  ];
  return lanes.filter(({ groups }) => groups.length > 0);
}

/** Maximum number of files of one process. A crash ends the tests of all files of a process. */
const mostFiles = 8;

/** Number of processes of the unit lane: one for each of the two processors of continuous integration. */
const unitProcesses = 2;

/** A hook outside a suite. It would run for the tests of all files of the process. */
const looseHook = /^(before|after)(Each)?\(/m;

/**
 * Reports whether a test file belongs to the unit lane. Its files share processes: they start no
 * process and no server, and change nothing that another file sees.
 */
export function isUnit(file: string): boolean {
  return (
    /^test\/(compiler|karmada|model|property|review|syncer)\//.test(file) || pureFiles.has(file)
  );
}

/** Test files of one run. */
interface Files {
  /** The folder that the paths are relative to. */
  readonly root: string;
  readonly paths: readonly string[];
}

/**
 * Divides the test files of a run on the sandbox among processes, in the order in which the processes start.
 *
 * @param concurrency - the number of processes that run concurrently
 */
export function groupOnSandbox(
  { root, paths }: Files,
  concurrency: number,
): readonly (readonly string[])[] {
  const isAlone = (path: string): boolean => longFiles.has(path) || hasLooseHook(root, path);
  const unit = dealt(paths.filter(isUnit), unitProcesses);
  const others = paths.filter((path) => !isUnit(path));
  const alone = others.filter(isAlone);
  const shared = others.filter((path) => !alone.includes(path));
  const count = Math.max(
    Math.ceil(shared.length / mostFiles),
    Math.min(shared.length, concurrency),
  );
  const groups = [...alone.map((path) => [path]), ...unit, ...dealt(shared, count)];
  return groups.filter(({ length }) => length > 0);
}

/** Divides files into groups. Neighbours are alike: each goes to another group, so that all take about as long. */
function dealt(paths: readonly string[], count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, group) =>
    paths.filter((_, index) => index % count === group),
  );
}

function hasLooseHook(root: string, path: string): boolean {
  return looseHook.test(readFileSync(join(root, path), 'utf8'));
}
