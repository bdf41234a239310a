import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { authorEnvironment } from '#test/repo-template/author.ts';
import { type Ran, runProgram } from '#test/repo-template/run-command.ts';

describe('the pre-commit hook', () => {
  let folder: string;
  let work: string;
  /** A file that every program of the attacker's branch writes. */
  let trace: string;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'regatta-hook-')));
    work = join(folder, "ada's fleet");
    trace = join(folder, 'trace');
    await succeed(process.execPath, [command, 'init', work, '--ci', 'none'], folder);
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'a fleet');
    await regatta('hook', 'install');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function run(program: string, args: readonly string[], cwd = work, env = {}): Promise<Ran> {
    return runProgram(program, args, { cwd, env: { ...authorEnvironment(folder), ...env } });
  }

  async function succeed(program: string, args: readonly string[], cwd = work): Promise<string> {
    const { status, stdout, stderr } = await run(program, args, cwd);
    assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
    return stdout;
  }

  // The real git, because the attacker's branch has a program of that name.
  const gitProgram = () => (existsSync('/usr/bin/git') ? '/usr/bin/git' : 'git');
  const git = (...args: string[]): Promise<string> => succeed(gitProgram(), args);
  const regatta = (...args: string[]) => succeed(process.execPath, [command, ...args]);
  const tried = (...args: string[]) => run(process.execPath, [command, ...args]);

  async function edit(to: string, cwd = work): Promise<void> {
    const file = join(cwd, 'templates/web.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/containerPort: \d+/, to));
  }

  const rendered = (revision: string) => git('show', '--format=', revision, '--', 'rendered');

  it('K50: S14: a branch that commits programs runs none of them', async () => {
    await git('checkout', '--quiet', '-b', 'attack');
    const shell = `#!/bin/sh\necho "$0" >>'${trace}'\n`;
    const module = `require('node:fs').appendFileSync(${JSON.stringify(trace)}, __filename + '\\n');\n`;
    const programs = ['regatta', 'git', 'node', 'sh', 'printf', 'sed'];
    const hooks = ['post-checkout', 'pre-commit', 'post-commit', 'prepare-commit-msg'];
    for (const name of programs) await plant(`node_modules/.bin/${name}`, shell);
    for (const name of hooks) await plant(`.githooks/${name}`, shell);
    for (const name of ['supports-color', 'undici', 'commander', 'pino', 'regatta'])
      await plant(`node_modules/${name}/index.js`, module);
    await plant('preload.cjs', module);
    await plant('package.json', '{ "type": "commonjs", "imports": { "#*": "./preload.cjs" } }\n');
    await git('add', '--all', '--force');
    await git('commit', '--quiet', '--no-verify', '--message', 'an attack');
    await git('checkout', '--quiet', '--force', 'main');
    await git('checkout', '--quiet', 'attack');
    await edit('containerPort: 8087');
    await git('add', 'templates');
    // As in npm scripts, PATH starts with the folder in which npm installs commands.
    const path = `${join(work, 'node_modules/.bin')}:${process.env.PATH}`;
    const env = { PATH: path, NODE_OPTIONS: '--require ./preload.cjs' };
    const args = ['commit', '--quiet', '--message', 'mine'];
    const { status, stderr } = await run(gitProgram(), args, work, env);
    assert.equal(status, 0, stderr);
    assert.match(await rendered('HEAD'), /^\+ .*containerPort: 8087$/m);
    assert.equal(existsSync(trace) ? await readFile(trace, 'utf8') : '', '');
    await git('checkout', '--quiet', '--force', 'main');
  });

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
    await chmod(join(work, path), 0o755);
  }

  it('K50: compiles into the index that git names, in each work tree', async () => {
    const linked = join(folder, 'linked');
    await git('worktree', 'add', '--quiet', '-b', 'linked', linked, 'main');
    await edit('containerPort: 8088', linked);
    // With -a, git commits from an index of its own.
    await succeed(gitProgram(), ['commit', '--quiet', '-a', '--message', 'eight'], linked);
    assert.match(await rendered('linked'), /^\+ .*containerPort: 8088$/m);
    assert.equal(await succeed(gitProgram(), ['status', '--porcelain'], linked), '');
  });

  it('K50: the copy imports nothing but itself and Node', async () => {
    const dist = join(work, '.git/regatta/dist');
    const found = new Set<string>();
    for (const name of (await readdir(dist)).filter((name) => name.endsWith('.mjs'))) {
      const text = await readFile(join(dist, name), 'utf8');
      for (const [, path = ''] of text.matchAll(/\brequire\("([a-z@][^"]*)"\)/g)) found.add(path);
    }
    const { isBuiltin } = await import('node:module');
    assert.deepEqual(
      [...found].filter((path) => !isBuiltin(path)),
      [],
    );
  });

  it('K50: install replaces its own hook, and no other one', async () => {
    const hook = join(work, '.git/hooks/pre-commit');
    const own = await readFile(hook, 'utf8');
    await regatta('hook', 'install');
    assert.equal(await readFile(hook, 'utf8'), own);
    await writeFile(hook, '#!/bin/sh\nexit 0\n');
    const { status, stderr } = await tried('hook', 'install');
    assert.equal(status, 2);
    assert.match(
      stderr,
      /pre-commit exists, and regatta hook install did not write it: move it away first/,
    );
    assert.equal(await readFile(hook, 'utf8'), '#!/bin/sh\nexit 0\n');
    await writeFile(hook, own);
  });

  it('K50: install refuses a Node in the work tree', async () => {
    const node = join(work, 'node');
    await link(process.execPath, node).catch(() => copyFile(process.execPath, node));
    const { status, stderr } = await run(node, [command, 'hook', 'install']);
    assert.equal(status, 2);
    assert.match(stderr, /node is in the work tree, where a branch can replace it/);
    await rm(node);
  });

  const trees = [
    { scope: 'local', value: '.githooks', says: '.githooks' },
    { scope: 'global', value: 'hooks', says: 'hooks' },
    { scope: 'local', value: 'LINK', says: 'link' },
  ];
  it('K50: compile warns of a core.hooksPath in the work tree, and install refuses it', async () => {
    for (const { scope, value, says } of trees) {
      const outside = join(folder, 'link');
      await symlink(work, outside).catch(() => {});
      const env = { GIT_CONFIG_GLOBAL: join(folder, 'gitconfig') };
      const text = value === 'LINK' ? outside : value;
      const set = (...args: string[]) =>
        run(gitProgram(), ['config', `--${scope}`, ...args], work, env);
      assert.equal((await set('core.hooksPath', text)).status, 0);
      const compiled = await run(process.execPath, [command, 'compile'], work, env);
      assert.equal(compiled.status, 0);
      assert.match(
        compiled.stderr,
        new RegExp(`warning: git runs hooks from the work tree.*${says}`),
      );
      assert.match(
        compiled.stderr,
        new RegExp(`^ {2}git config --${scope} --unset-all core.hooksPath$`, 'm'),
      );
      assert.match(compiled.stderr, /^ {2}regatta hook install$/m);
      const installed = await run(process.execPath, [command, 'hook', 'install'], work, env);
      assert.equal(installed.status, 2);
      assert.match(
        installed.stderr,
        /git does not run the hooks in .*: run git config --\w+ --unset-all/,
      );
      assert.equal((await set('--unset-all', 'core.hooksPath')).status, 0);
    }
  });

  it('K50: compile does not warn of hooks outside of the work tree', async () => {
    for (const path of [join(folder, 'own-hooks'), '.git/hooks']) {
      await git('config', 'core.hooksPath', path);
      assert.equal((await tried('compile')).stderr, '');
    }
    await git('config', '--unset-all', 'core.hooksPath');
    assert.equal((await tried('compile')).stderr, '');
  });
});
