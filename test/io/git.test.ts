import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type GitSource, openGit } from '#io/git/source.ts';

const never = new AbortController().signal;
let directory = '';
let repo = '';
let author = '';
let source: GitSource;

describe('GitSource', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-git-'));
  });
  after(() => rm(directory, { recursive: true }));

  beforeEach(async (test) => {
    const place = join(directory, test.name.replaceAll(/\W+/g, '-'));
    [repo, author] = [join(place, 'repo.git'), join(place, 'author')];
    git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', repo);
    git(directory, 'init', '--quiet', '--initial-branch=main', author);
    await commit('one', { 'rendered/member1/default/a.yaml': 'a: 1\n', 'src/x': 'y' });
    source = await open();
  });

  it('reads only the files below the path, at the commit of the branch', async () => {
    const head = await source.fetch(never);
    const tree = await source.tree(head, never);
    assert.equal(head, git(author, 'rev-parse', 'HEAD'));
    const id = git(author, 'rev-parse', 'HEAD:rendered/member1');
    assert.deepEqual([...(tree?.clusters ?? [])], [['member1', id]]);
    const [file, ...others] = tree?.files ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(file && { path: file.path, type: file.type, size: file.size }, {
      path: 'member1/default/a.yaml',
      type: 'file',
      size: 5,
    });
    assert.deepEqual([...(await source.read([file?.oid ?? ''], never)).values()], ['a: 1\n']);
  });

  it('reads content of any length, also empty and not ASCII', async () => {
    const texts = ['', 'ü → 船\n', 'x'.repeat(300_000), '\n\n'];
    const files = texts.map((text, i) => [`rendered/m/f${i}.yaml`, text] as const);
    await commit('two', Object.fromEntries(files));
    const tree = await source.tree(await source.fetch(never), never);
    const read = await source.read(tree?.files.map(({ oid }) => oid) ?? [], never);
    for (const text of texts) assert.ok([...read.values()].includes(text), text.slice(0, 10));
  });

  it('follows a branch by any number of commits', async () => {
    await source.fetch(never);
    for (const message of ['two', 'three', 'four']) await commit(message, { 'src/x': message });
    assert.equal(await source.fetch(never), git(author, 'rev-parse', 'HEAD'));
    await commit('five', { 'src/x': 'z' });
    source = await open();
    assert.equal(await source.fetch(never), git(author, 'rev-parse', 'HEAD'));
  });

  it('does not follow a force-pushed branch unless this is allowed', async () => {
    const first = await source.fetch(never);
    git(author, 'commit', '--quiet', '--amend', '--message=other');
    git(author, 'push', '--quiet', '--force', repo, 'main');
    const refused =
      /branch main was reset or force-pushed: \w+ does not descend from \w+ \(--allow-rewind/;
    await assert.rejects(source.fetch(never), refused);
    source = await open();
    await assert.rejects(source.fetch(never), refused);
    const allowing = await openGit({ ...options(), allowRewind: true });
    assert.equal(await allowing.fetch(never), git(author, 'rev-parse', 'HEAD'));
    assert.notEqual(await source.fetch(never), first);
  });

  it('does not follow a branch that was reset until it has newer commits', async () => {
    await commit('two', { 'src/x': 'two' });
    const second = await source.fetch(never);
    git(author, 'push', '--quiet', '--force', repo, 'HEAD~1:main');
    await assert.rejects(source.fetch(never), /was reset or force-pushed/);
    git(author, 'push', '--quiet', '--force', repo, 'main');
    assert.equal(await source.fetch(never), second);
  });

  it('reports a missing path', async () => {
    const head = await source.fetch(never);
    assert.equal(await (await open('elsewhere')).tree(head, never), undefined);
  });

  it('distinguishes files from symbolic links', async () => {
    await mkdir(join(author, 'rendered/member1'), { recursive: true });
    await symlink('/etc/passwd', join(author, 'rendered/member1/link.yaml'));
    await commit('link', {});
    const tree = await source.tree(await source.fetch(never), never);
    const link = tree?.files.find(({ path }) => path === 'member1/link.yaml');
    assert.equal(link?.type, 'symlink');
  });

  it('K7: reads no settings from a regatta.yaml that is a symbolic link', async () => {
    await symlink('settings.yaml', join(author, 'regatta.yaml'));
    await commit('link', { 'settings.yaml': 'spec: {}\n' });
    await assert.rejects(
      source.tree(await source.fetch(never), never),
      /^Error: regatta.yaml is not a regular file, so no cluster is changed$/,
    );
    await rm(join(author, 'regatta.yaml'));
    await commit('no link', {});
  });

  it('reports a missing branch without a stack trace', async () => {
    const other = await openGit({ ...options(), branch: 'nowhere' });
    await assert.rejects(other.fetch(never), /couldn't find remote ref refs\/heads\/nowhere/);
  });

  for (const unsafe of ['ext::sh -c whoami', '-upload-pack=x', 'fd::3', '/no/such/place']) {
    it(`refuses ${unsafe}`, async () => {
      await assert.rejects(
        openGit({ ...options(), repo: unsafe }),
        /unsafe repository|no repository/,
      );
    });
  }

  it('does not show a password in its errors', async () => {
    const other = await openGit({ ...options(), repo: 'http://me:hunter2@127.0.0.1:9/x.git' });
    await assert.rejects(other.fetch(never), (error: Error) => {
      assert.match(error.message, /127\.0\.0\.1/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it('commits and pushes the changes in its work tree', async () => {
    const head = await source.fetch(never);
    const tree = await source.checkout(head, never);
    assert.equal(await source.commit('nothing', never), undefined);
    await writeFile(join(tree, 'rendered/member1/default/b.yaml'), 'b: 1\n');
    await rm(join(tree, 'rendered/member1/default/a.yaml'));
    const made = await source.commit('Render\n\nRegatta-Source-Commit: x\n', never);
    assert.equal(await source.push(made ?? '', never), 'pushed');
    assert.equal(git(repo, 'rev-parse', 'main'), made);
    assert.equal(git(repo, 'rev-parse', 'main^'), head);
    assert.equal(
      git(repo, 'log', '-1', '--format=%an %(trailers:key=Regatta-Source-Commit)', 'main'),
      'regatta Regatta-Source-Commit: x',
    );
    assert.match(
      git(repo, 'ls-tree', '-r', '--name-only', 'main'),
      /^rendered\/member1\/default\/b.yaml\nsrc\/x$/,
    );
  });

  it('reports that another push was faster', async () => {
    const tree = await source.checkout(await source.fetch(never), never);
    await writeFile(join(tree, 'rendered/member1/c.yaml'), 'c: 1\n');
    const made = await source.commit('Render', never);
    await commit('three', { 'src/x': 'z' });
    assert.equal(await source.push(made ?? '', never), 'raced');
    assert.equal(git(repo, 'rev-parse', 'main'), git(author, 'rev-parse', 'HEAD'));
  });

  it('runs no hook of a repository or of the machine', async () => {
    const hooks = join(directory, 'hooks');
    await mkdir(hooks, { recursive: true });
    const script = '#!/bin/sh\ntouch "$(dirname "$0")/ran"\n';
    for (const hook of ['post-checkout', 'pre-commit', 'pre-push', 'reference-transaction']) {
      await writeFile(join(hooks, hook), script, { mode: 0o755 });
    }
    git(source.directory, 'config', 'core.hooksPath', hooks);
    const tree = await source.checkout(await source.fetch(never), never);
    await writeFile(join(tree, 'new'), 'x');
    await source.push((await source.commit('x', never)) ?? '', never);
    await assert.rejects(import('node:fs/promises').then(({ stat }) => stat(join(hooks, 'ran'))));
  });
});

function options() {
  const stateDirectory = join(dirname(repo), 'state');
  return { repo, branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
}

function open(path = 'rendered'): Promise<GitSource> {
  return openGit({ ...options(), path });
}

/** Commits files as another person, and pushes. */
async function commit(message: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(author, path)), { recursive: true });
    await writeFile(join(author, path), text);
  }
  git(author, 'add', '--all');
  git(author, 'commit', '--quiet', `--message=${message}`);
  git(author, 'push', '--quiet', repo, 'main');
}

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}
