import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GitSource, openGit } from '#io/git/source.ts';
import { GitServer } from '#test/git-server.ts';

const never = new AbortController().signal;
const outputs = ['rendered', 'bindings'];
let directory: string;
let author: string;
let server: GitServer;

/** Each step adds commits to the branch of the previous step. */
describe('the last rendered commit of a branch', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-render-'));
    author = join(directory, 'author');
    const repo = join(directory, 'repo.git');
    git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', repo);
    git(repo, 'config', 'uploadpack.allowFilter', 'true');
    git(directory, 'init', '--quiet', '--initial-branch=main', author);
    git(author, 'remote', 'add', 'origin', repo);
    server = await GitServer.start({ root: directory });
  });
  after(async () => {
    await server?.close();
    await rm(directory, { recursive: true });
  });

  it('K44: is the head if the head has rendered files and sources, also as the first commit', async () => {
    const first = await commit('first', { 'rendered/a/x.yaml': '1', 'templates/x.yaml': '1' });
    assert.deepEqual(await lastRender(), { commit: first, isOutdated: false });
    const second = await commit('second', { 'rendered/a/x.yaml': '2', 'templates/x.yaml': '2' });
    assert.deepEqual(await lastRender(), { commit: second, isOutdated: false });
  });

  it('K44: is found behind many commits that change no rendered file', async () => {
    const rendered = git(author, 'rev-parse', 'HEAD');
    for (let i = 0; i < 40; i++) await commit(`note ${i}`, { 'README.md': `${i}` }, false);
    await commit('last', { 'README.md': 'last' });
    assert.deepEqual(await lastRender(), { commit: rendered, isOutdated: true });
  });

  it('K44: is current for the sources that its trailer names', async () => {
    const source = await commit('source', { 'templates/x.yaml': '3' });
    const trailer = `Render\n\nRegatta-Source-Commit: ${source}\n`;
    const rendered = await commit(trailer, { 'rendered/a/x.yaml': '3' });
    assert.deepEqual(await lastRender(), { commit: rendered, isOutdated: false });
    await commit('next source', { 'templates/x.yaml': '4' });
    assert.deepEqual(await lastRender(), { commit: rendered, isOutdated: true });
    // A bot compiled `source`, and rebased its commit onto the next one.
    const rebased = await commit(trailer, { 'rendered/a/x.yaml': '5' });
    assert.deepEqual(await lastRender(), { commit: rebased, isOutdated: true });
  });

  it('K44: is a merge that brings rendered files', async () => {
    git(author, 'checkout', '--quiet', '-b', 'side');
    await commit('side', { 'rendered/a/y.yaml': '1', 'templates/y.yaml': '1' }, false);
    git(author, 'checkout', '--quiet', 'main');
    await commit('other', { 'README.md': 'other' }, false);
    git(author, 'merge', '--quiet', '--no-ff', '--no-edit', 'side');
    git(author, 'push', '--quiet', 'origin', 'main');
    const merge = git(author, 'rev-parse', 'HEAD');
    assert.deepEqual(await lastRender(), { commit: merge, isOutdated: false });
  });

  it('K44: a clone without contents fetches those of a commit to compile it, and sees its changes', async () => {
    const source = await open();
    const tree = await source.checkout(await source.fetch(never), never);
    assert.equal(readFileSync(join(tree, 'README.md'), 'utf8'), 'other');
    assert.equal(await source.hasChanges(never), false);
    await writeFile(join(tree, 'rendered/a/x.yaml'), 'changed');
    assert.equal(await source.hasChanges(never), true);
  });
});

function open(): Promise<GitSource> {
  const state = { stateDirectory: join(directory, 'state'), allowRewind: true };
  const repo = { repo: `${server.url}repo.git`, branch: 'main', path: 'rendered' };
  return openGit({ ...repo, ...state, clusters: ['a'] });
}

async function lastRender() {
  const source = await open();
  return source.lastRender(await source.fetch(never), outputs, never);
}

async function commit(
  message: string,
  files: Readonly<Record<string, string>>,
  isPushed = true,
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(author, path)), { recursive: true });
    await writeFile(join(author, path), text);
  }
  git(author, 'add', '--all');
  git(author, 'commit', '--quiet', `--message=${message}`);
  if (isPushed) git(author, 'push', '--quiet', 'origin', 'main');
  return git(author, 'rev-parse', 'HEAD');
}

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}
