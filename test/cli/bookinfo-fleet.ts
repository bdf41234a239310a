/** Runs commands of Regatta on copies of Bookinfo, and counts the requests to the engine of Istio. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type CountedCommand, commitAll, countedCommand } from '#test/counted-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-traffic-'));

const counted: CountedCommand = countedCommand(folder);

/** Runs a command in a repository. */
export const run: CountedCommand['kept'] = counted.kept;

/** Runs a command in a process of its own, which knows only what earlier ones wrote. */
export const runAlone: CountedCommand['alone'] = counted.alone;

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
  commitAll(repo);
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
