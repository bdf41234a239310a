/** Environment of the demo: a bare Git repository, sandbox clusters, and `regatta sync` as a process. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '@regatta/sandbox';
import { loadAll } from 'js-yaml';
import { createObject } from './cluster.ts';
import { quote } from './show.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
export const members: readonly string[] = ['member1', 'member2', 'mesh1'];

/** The repositories and clusters of the demo. */
export interface Stage {
  readonly folder: string;
  /** Path of the bare repository that the syncer follows. */
  readonly bare: string;
  /** Path of the author's clone of the bare repository. */
  readonly work: string;
  readonly kubeconfig: string;
  readonly sandbox: Sandbox;
}

/** Creates an empty bare repository, the author's clone with the sources, and the clusters. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'regatta-demo-'));
  const [bare, work, kubeconfig] = ['fleet.git', 'fleet', 'kubeconfig'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await run('git', ['clone', '--quiet', bare, work]);
  await git(work, 'config', 'user.name', 'Ada Author');
  await git(work, 'config', 'user.email', 'ada@example.com');
  await git(work, 'checkout', '--quiet', '-B', 'main');
  await cp(join(root, 'examples/bookinfo'), work, { recursive: true });

  const sandbox = await startSandbox({ clusters: members });
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
  return { folder, bare, work, kubeconfig, sandbox };
}

export function git(work: string, ...args: readonly string[]): Promise<{ stdout: string }> {
  return run('git', ['-C', work, ...args]);
}

/** Commits all of the author's changes and pushes them on top of the syncer's commits. */
export async function push({ work }: Stage, message: string): Promise<string> {
  await git(work, 'add', '--all');
  await git(work, 'commit', '--quiet', '--message', message);
  await git(work, 'push', '--quiet', 'origin', 'main');
  const { stdout } = await git(work, 'log', '-1', '--format=%h %an: %s');
  return stdout.trim();
}

/** Rebases the author's clone onto the commits of the syncer. */
export function pull({ work }: Stage): Promise<{ stdout: string }> {
  return git(work, 'pull', '--quiet', '--rebase', 'origin', 'main');
}

/** Installs Istio's CustomResourceDefinitions on mesh1. */
export async function installIstioKinds(server: string): Promise<void> {
  for (const crd of loadAll(await readFile(join(root, 'examples/istio-crds.yaml'), 'utf8'))) {
    await createObject(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  }
}

/** A running syncer process. */
export interface Syncer {
  readonly process: ChildProcess;
  /** The lines of its human-readable output so far. */
  readonly lines: readonly string[];
  /** Returns the end of its log, for error messages. */
  log(): string;
}

export function startSyncer({ bare, kubeconfig, folder }: Stage): Syncer {
  const args = ['sync', bare, '--compile', '--kubeconfig', kubeconfig, '--poll', '500ms'];
  const child = spawn(process.execPath, [join(root, 'bin/regatta.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
  });
  const lines: string[] = [];
  const log: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    quote(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  return { process: child, lines, log: () => log.slice(-20).join('\n') };
}

/** Sends SIGTERM and returns the exit status. */
export async function stopSyncer({ process: child }: Syncer): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return child.exitCode;
}

/** Stops the clusters, and removes the repositories. */
export async function closeStage({ sandbox, folder }: Stage): Promise<void> {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
