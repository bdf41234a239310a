/** Runs commands of Regatta on copies of Bookinfo, and counts the requests to the engine of Istio. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { command } from '#test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-traffic-'));
const calls = join(folder, 'calls');
const env = {
  ...process.env,
  XDG_CACHE_HOME: join(folder, 'cache'),
  ENGINE_CALLS: calls,
  NODE_OPTIONS: `--import ${new URL('../engine-calls.ts', import.meta.url).href}`,
  NO_COLOR: '1',
};

interface CommandResult {
  readonly status: number | null;
  /** The meshes that the command asked the engine about. */
  readonly asked: readonly string[];
  readonly stdout: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Copies Bookinfo, with an edit of its files, and commits what it renders. */
export function bookinfo(name: string, edit: (repo: string) => void = () => undefined): string {
  const repo = join(folder, name);
  cpSync(join(import.meta.dirname, '../../examples/bookinfo'), repo, { recursive: true });
  spawnSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: repo });
  edit(repo);
  commit(repo);
  return repo;
}

/** Compiles and commits. */
export function commit(repo: string): void {
  const { status, asked, output } = run(repo, 'compile');
  assert.equal(status, 0, output);
  assert.deepEqual(asked, [], 'compile asks Istio');
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const options = { cwd: repo, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } };
  spawnSync('git', ['add', '--all'], options);
  spawnSync('git', [...who, 'commit', '--quiet', '--message', 'a'], options);
}

/** Runs a command in a repository. */
export function run(repo: string, ...args: readonly string[]): CommandResult {
  rmSync(calls, { force: true });
  const given = { cwd: repo, env, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], given);
  const asked = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
  return { status, asked, stdout, output: `${stdout}${stderr}` };
}

/** Replaces a text in a file of a repository. */
export function replace(repo: string, file: string, from: string, to: string): void {
  const path = join(repo, file);
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${file} lacks ${from}`);
  writeFileSync(path, text.replace(from, to));
}

/** Removes what makes a mesh of Bookinfo. */
export function withoutMesh(repo: string): void {
  writeFileSync(
    join(repo, 'regatta.yaml'),
    'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {}\n',
  );
  for (const file of ['templates/mesh.yaml', 'policies/mesh-propagation.yaml']) {
    rmSync(join(repo, file));
  }
}

after(() => rmSync(folder, { recursive: true, force: true }));
