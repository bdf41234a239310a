import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { readFiles } from '#io/files/files.ts';
import type { GitOptions } from '#io/git/git-options.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import { GitServer } from '#test/git-server.ts';

const never = new AbortController().signal;
let directory = '';
let repo = '';
let count = 0;
/** A file that each program of a repository would create. */
const ran = () => join(directory, 'ran');
const environment = { ...process.env };

describe('a hostile repository', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-hostile-'));
  });
  after(() => rm(directory, { recursive: true }));

  beforeEach(async () => {
    repo = join(directory, `repo-${count++}`);
    await mkdir(repo);
    git('init', '--quiet', '--initial-branch=main');
    await write('rendered/member1/a.yaml', 'a: 1\n');
    process.env.HOME = join(directory, `home-${count}`);
    await mkdir(process.env.HOME);
  });
  afterEach(() => {
    process.env = { ...environment };
    assert.ok(!existsSync(ran()), 'a program was run');
  });

  it('cannot make Regatta read a file that is larger than any object', async () => {
    await write('rendered/member1/huge.yaml', Buffer.alloc(20_000_000, 32));
    const source = await open();
    const tree = await source.tree(await commitAndFetch(source), never);
    assert.equal(tree?.files.find(({ path }) => path.endsWith('huge.yaml'))?.size, 20_000_000);
  });

  it('cannot fill the disk', async () => {
    await write('rendered/member1/huge.yaml', randomBytes(12_000_000));
    await commitAs({});
    git('config', 'uploadpack.allowFilter', 'true');
    const server = await GitServer.start({ root: directory });
    server.pauseMs = 20;
    const source = await open({
      repo: `${server.url}${basename(repo)}/.git`,
      maxFetchBytes: 2 * 1024 ** 2,
    });
    const head = await source.fetch(never);
    await assert.rejects(
      source.tree(head, never),
      /fetch aborted: .* sent more than 2 MiB \(raise --git-limit\)/,
    );
    await server.close();
    const packs = await readdir(join(source.directory, 'objects/pack'));
    assert.deepEqual(
      packs.filter((name) => name.startsWith('tmp_')),
      [],
    );
    assert.ok(server.sentBytes < 6_000_000);
  });

  it('K7: cannot make Regatta follow a symbolic link out of it', async () => {
    await mkdir(join(repo, 'templates'));
    await symlink('/etc/passwd', join(repo, 'templates/passwd.yaml'));
    await symlink('/etc', join(repo, 'templates/etc'));
    const source = await open({ whole: true });
    const tree = await source.checkout(await commitAndFetch(source), never);
    assert.deepEqual(
      Array.from(readFiles(tree, ['templates']), ([path, content]) => [path, content]),
      ['etc', 'passwd.yaml'].map((name) => {
        const reason = `templates/${name} is a symbolic link that leads out of the repository`;
        return [`templates/${name}`, { reason, outside: true }];
      }),
    );
  });

  it('cannot make Regatta fetch a submodule', async () => {
    await write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${ran()}\n`);
    git('add', '--all');
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},rendered/member1/x`);
    git('commit', '--quiet', '--message=x');
    const source = await open({ whole: true });
    const head = await source.fetch(never);
    const { files = [] } = (await source.tree(head, never)) ?? {};
    assert.equal(files.find(({ path }) => path === 'member1/x')?.type, 'submodule');
    const tree = await source.checkout(head, never);
    assert.deepEqual(await readdir(join(tree, 'rendered/member1/x')), []);
  });

  it('cannot name a file outside of it', async () => {
    const blob = hash('blob', 'evil: 1\n');
    for (const name of ['..', '.git', 'a/../../b']) {
      const inner = hash('tree', entry('100644', 'passwd', blob));
      const root = hash('tree', entry(name.includes('/') ? '100644' : '40000', name, inner));
      const text = `tree ${root}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n`;
      git('update-ref', 'refs/heads/main', hash('commit', text));
      const source = await open({ whole: true });
      await assert.rejects(
        source.fetch(never),
        /fsck error|hasDot|fullPathname|unpack|index-pack/,
        name,
      );
    }
  });

  it('cannot make git run a hook, a monitor or a program of its settings', async () => {
    const program = join(directory, 'program');
    await writeFile(program, `#!/bin/sh\ntouch '${ran()}'\n`, { mode: 0o755 });
    for (const hook of ['post-checkout', 'post-upload-pack', 'reference-transaction']) {
      await mkdir(join(repo, '.git/hooks'), { recursive: true });
      await symlink(program, join(repo, '.git/hooks', hook));
    }
    const source = await open({ whole: true });
    const head = await commitAndFetch(source);
    await rm(join(repo, '.git/hooks'), { recursive: true });
    for (const name of ['core.fsmonitor', 'core.sshCommand', 'uploadpack.packObjectsHook']) {
      git('config', name, program);
    }
    await rm(ran(), { force: true });
    await (await open()).fetch(never);
    assert.ok(existsSync(await source.checkout(head, never)));
  });

  it('cannot make git run a filter of the user', async () => {
    const settings = `[filter "evil"]\n\tsmudge = touch ${ran()}\n\tclean = touch ${ran()}\n`;
    await writeFile(join(process.env.HOME ?? '', '.gitconfig'), settings);
    const head = await commitAs({ '.gitattributes': '* filter=evil diff=evil\n' });
    const source = await open({ whole: true });
    assert.equal(await source.fetch(never), head);
    const tree = await source.checkout(head, never);
    await writeFile(join(tree, 'new'), 'x');
    await source.commit('x', never);
  });

  it('K10: cannot make git convert the files of a work tree by its attributes', async () => {
    const text = 'a: one+two $Id$\n';
    const head = await commitAs({
      '.gitattributes': '*.yaml working-tree-encoding=UTF-7 ident eol=crlf\n',
      // UTF-7 writes `+` as `+-`.
      'templates/a.yaml': text.replace('+', '+-'),
    });
    assert.equal(git('show', `${head}:templates/a.yaml`), text.trim());
    const source = await open({ whole: true });
    assert.equal(await source.fetch(never), head);
    const tree = await source.checkout(head, never);
    assert.equal(await readFile(join(tree, 'templates/a.yaml'), 'utf8'), text);
    assert.equal(await source.hasChanges(never), false);
    const changed = `${text}\r\n`;
    await writeFile(join(tree, 'templates/a.yaml'), changed);
    const made = await source.commit('x', never);
    const blob = git('--git-dir', source.directory, 'rev-parse', `${made}:templates/a.yaml`);
    assert.equal(blob, hash('blob', changed));
  });

  it('cannot replace the given repository through the settings of the user', async () => {
    const head = await commitAs({});
    const settings = `[url "ext::sh -c touch% ${ran()}"]\n\tinsteadOf = ${repo}\n`;
    await writeFile(join(process.env.HOME ?? '', '.gitconfig'), settings);
    assert.equal(await (await open()).fetch(never), head);
    // Git reads the file in GIT_CONFIG_GLOBAL, but that file cannot make it run a program either.
    process.env.GIT_CONFIG_GLOBAL = join(process.env.HOME ?? '', '.gitconfig');
    await assert.rejects((await open()).fetch(never), /transport 'ext' not allowed/);
  });

  for (const address of [
    '--upload-pack=touch ran',
    'ext::sh -c touch% ran',
    'ssh://-oProxyCommand=touch%20ran/x',
    'git@-oProxyCommand=touch:x',
    'https://example.com/x\n[core]\n\tsshCommand=touch ran',
    'file+git://x',
  ]) {
    it(`cannot be at ${JSON.stringify(address)}`, async () => {
      await assert.rejects(
        async () => (await open({ repo: address })).fetch(never),
        /unsafe repository|no repository|not allowed|strange/,
      );
    });
  }
});

function open(more: Partial<GitOptions> = {}): Promise<GitSource> {
  const stateDirectory = join(directory, `state-${count++}`);
  return openGit({
    repo,
    branch: 'main',
    path: 'rendered',
    stateDirectory,
    allowRewind: false,
    ...more,
  });
}

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(repo, path)), { recursive: true });
  await writeFile(join(repo, path), content);
}

/** Commits additional files; resolves to the id of the commit. */
async function commitAs(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) await write(path, text);
  git('add', '--all');
  git('commit', '--quiet', '--message=x');
  return git('rev-parse', 'HEAD');
}

async function commitAndFetch(source: GitSource): Promise<string> {
  const head = await commitAs({});
  assert.equal(await source.fetch(never), head);
  return head;
}

/** Writes an object that git itself would not create. */
function hash(type: string, content: string | Buffer): string {
  const args = ['hash-object', '-t', type, '-w', '--literally', '--stdin'];
  return execFileSync('git', args, { cwd: repo, input: content, encoding: 'utf8' }).trim();
}

function entry(mode: string, name: string, oid: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
}

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=eve', '-c', 'user.email=eve@example.com'];
  const env = { ...environment, GIT_CONFIG_GLOBAL: '/dev/null' };
  return execFileSync('git', [...identity, ...args], {
    cwd: repo,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
