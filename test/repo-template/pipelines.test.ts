import assert from 'node:assert/strict';
import { lstat, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { GitServer } from '../git-server.ts';
import { authorEnvironment, installRegatta } from './author.ts';
import { type Ran, runCommand, runProgram } from './run-command.ts';

const login = { username: 'regatta-bot', password: 'good-token' };

/** Runs the scripts of the pipelines in clones of a repository on a Git server that requires a login. */
describe('the pipelines of the template', () => {
  let folder: string;
  let server: GitServer;
  let work: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-pipelines-'));
    work = join(folder, 'work');
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', 'fleet.git'], folder);
    await run('git', ['-C', 'fleet.git', 'config', 'http.receivepack', 'true'], folder);
    server = await GitServer.start({ root: folder, login });
    await run('git', ['init', '--quiet', '--initial-branch=main', work], folder);
    await run(process.execPath, [command, 'init', work], folder);
    await installRegatta(work);
    await git('remote', 'add', 'origin', `${server.url}fleet.git`);
    await commit('a fleet');
    await push('main');
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (program: string, args: readonly string[], env = {}): Promise<Ran> =>
    runProgram(program, args, { cwd: work, env: { ...authorEnvironment(folder), ...env } });

  /** Returns the output of a program, which must succeed. */
  async function run(program: string, args: readonly string[], cwd = work): Promise<string> {
    const ran = await runProgram(program, args, { cwd, env: authorEnvironment(folder) });
    assert.equal(ran.status, 0, `${program} ${args.join(' ')}\n${ran.stdout}${ran.stderr}`);
    return ran.stdout.trim();
  }

  const git = (...args: string[]): Promise<string> => run('git', args);

  async function commit(message: string): Promise<void> {
    await git('add', '--all');
    await git('commit', '--quiet', '--no-verify', '--message', message);
  }

  function push(branch: string): Promise<string> {
    const { username, password } = login;
    const url = new URL(`${server.url}fleet.git`);
    return git(
      'push',
      '--quiet',
      Object.assign(url, { username, password }).href,
      `HEAD:${branch}`,
    );
  }

  async function edit(path: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(work, path), 'utf8');
    assert.ok(text.includes(from));
    await writeFile(join(work, path), text.replaceAll(from, to));
  }

  /** Creates a branch from main for one test. */
  async function branch(name: string): Promise<void> {
    await git('checkout', '--quiet', '--force', '-B', name, 'main');
    await git('clean', '--quiet', '--force', '-d');
    await rm(join(work, 'review'), { recursive: true, force: true });
  }

  const review = (env = {}): Promise<Ran> =>
    start(process.execPath, ['ci/review.mjs', 'main'], env);
  const result = (name: string): Promise<string> => readFile(join(work, 'review', name), 'utf8');

  it('review: output that the author has compiled passes, and the comment describes it', async () => {
    await branch('compiled');
    await edit('templates/web.yaml', '1.29.3', '1.29.5');
    await run('node_modules/.bin/regatta', ['compile']);
    await commit('web 1.29.5');
    const { status, stderr } = await review();
    assert.equal(status, 0, stderr);
    assert.match(
      await result('comment.md'),
      /nginx:1\.29\.3 → docker\.io\/library\/nginx:1\.29\.5/,
    );
    assert.match(await result('diff.html'), /^<!doctype html>/i);
    assert.equal(JSON.parse(await result('regatta.sarif')).version, '2.1.0');
    assert.deepEqual(JSON.parse(await result('code-quality.json')), []);
  });

  it('review: stale output fails if authors commit it, and passes if the bot commits it', async () => {
    await branch('stale');
    await edit('templates/web.yaml', '1.29.3', '1.29.6');
    await commit('web 1.29.6');
    const byAuthor = await review();
    assert.equal(byAuthor.status, 1);
    assert.match(byAuthor.stderr, /rendered output is stale/);
    const byBot = await review({ REGATTA_COMMIT: 'bot' });
    assert.equal(byBot.status, 0, byBot.stderr);
    assert.match(await result('comment.md'), /nginx:1\.29\.6/);
  });

  it('review: faults are annotated, and the report is written in spite of them', async () => {
    await branch('faulty');
    await edit('policies/web.yaml', 'matchExpressions', 'matchExpression');
    await commit('a typing error');
    const { status, stdout, stderr } = await review({ GITHUB_ACTIONS: 'true' });
    assert.equal(status, 1);
    assert.match(stdout, /^::error file=policies\/web\.yaml,line=\d+,/m);
    assert.match(stderr, /lint found errors/);
    assert.match(await result('regatta.sarif'), /parse\/unknown-field/);
    assert.notEqual(await result('comment.md'), '');
  });

  it('review: a base that is an option or does not exist is refused', async () => {
    await branch('refs');
    for (const base of ['--output=x', 'no-such-branch']) {
      const { status } = await start(process.execPath, ['ci/review.mjs', base]);
      assert.equal(status, 1);
    }
  });

  it('review: hostile names and links are not run or followed', async () => {
    await branch('hostile');
    const name = 'a\n::warning::b`touch owned`\u0024{{ x }}$(touch owned).yaml';
    await writeFile(join(work, 'templates', name), 'kind: [\n');
    await rename(join(work, 'templates/web.yaml'), join(folder, 'outside.yaml'));
    await symlink(join(folder, 'outside.yaml'), join(work, 'templates/web.yaml'));
    await commit('hostile');
    const { status, stdout } = await review({ GITHUB_ACTIONS: 'true' });
    assert.equal(status, 1);
    assert.doesNotMatch(stdout, /^::warning::b/m);
    assert.equal(await lstat(join(work, 'owned')).catch(() => undefined), undefined);
    assert.doesNotMatch(await result('comment.md'), /containerPort/);
  });

  describe('the bot', () => {
    const bot = (env: object): Promise<Ran> =>
      start(process.execPath, ['ci/commit-rendered.mjs', 'main'], env);
    const who = { GIT_PUSH_USER: login.username, GIT_PUSH_TOKEN: login.password };
    const log = (): Promise<string> =>
      run('git', ['-C', join(folder, 'fleet.git'), 'log', '--format=%an %s', 'main']);

    it('commits output that the merge left stale, and makes no second commit', async () => {
      await branch('main');
      await edit('templates/web.yaml', '1.29.3', '1.29.7');
      await commit('web 1.29.7');
      const source = await git('rev-parse', 'HEAD');
      await push('main');
      const first = await bot(who);
      assert.equal(first.status, 0, first.stderr);
      const [top] = (await log()).split('\n');
      assert.equal(top, `regatta-bot Render ${source.slice(0, 12)}`);
      const again = await bot(who);
      assert.match(again.stdout, /the rendered output of \w+ is up to date/);
      assert.equal((await log()).split('\n')[0], top);
      assert.doesNotMatch(await readFile(join(work, '.git/config'), 'utf8'), /good-token|Basic/);
    });

    it('starts again when the branch moves during a run', async () => {
      await git('checkout', '--quiet', '--force', '-B', 'main', 'FETCH_HEAD');
      await edit('templates/web.yaml', '1.29.7', '1.29.8');
      await commit('web 1.29.8');
      await push('main');
      await edit('templates/web.yaml', 'replicas: 2', 'replicas: 3');
      await commit('three of them');
      const later = await git('rev-parse', 'HEAD');
      await moveOnce(later);
      const { status, stderr } = await bot(who);
      assert.equal(status, 0, stderr);
      assert.equal((await log()).split('\n')[0], `regatta-bot Render ${later.slice(0, 12)}`);
    });

    it('cannot push without the right token, and does not print its token', async () => {
      const { status, stdout, stderr } = await bot({ ...who, GIT_PUSH_TOKEN: 'stolen-token' });
      assert.equal(status, 1);
      assert.doesNotMatch(stdout + stderr, /stolen-token|c3RvbGVu/);
      assert.equal((await bot({})).status, 1);
    });

    /** Makes another user push this commit during the first compile of the bot. */
    async function moveOnce(later: string): Promise<void> {
      const { username, password } = login;
      const url = Object.assign(new URL(`${server.url}fleet.git`), { username, password }).href;
      const mark = join(folder, 'moved');
      const shim = join(work, 'node_modules/.bin/regatta');
      const text = await readFile(shim, 'utf8');
      const pushing = `[ -e ${mark} ] || { touch ${mark}; git push --quiet ${url} ${later}:main; }`;
      await writeFile(shim, text.replace('exec ', `${pushing}\nexec `));
    }
  });

  describe('the hook', () => {
    before(() => run(process.execPath, [command, 'hook', 'install']));
    const hooked = (): Promise<Ran> => start('git', ['commit', '--quiet', '--message', 'hooked']);

    it('compiles, and stages the output', async () => {
      await branch('hook');
      await edit('templates/web.yaml', 'containerPort: 80', 'containerPort: 8080');
      await git('add', 'templates');
      const { status, stderr } = await hooked();
      assert.equal(status, 0, stderr);
      assert.equal(await git('status', '--porcelain'), '');
      assert.equal((await runCommand(['compile', '--check', work])).status, 0);
    });

    it('refuses a commit that contains only a part of the changed sources', async () => {
      await branch('hook-part');
      await edit('templates/web.yaml', 'containerPort: 80', 'containerPort: 8081');
      await git('add', 'templates');
      await edit('policies/web.yaml', 'value: 1\n', 'value: 2\n');
      const { status, stderr } = await hooked();
      assert.equal(status, 1);
      assert.match(stderr, /^policies\/web\.yaml$/m);
    });

    it('does not change a commit without sources', async () => {
      await branch('hook-none');
      await writeFile(join(work, 'notes.md'), 'notes\n');
      await git('add', 'notes.md');
      assert.equal((await hooked()).status, 0);
    });
  });
});
