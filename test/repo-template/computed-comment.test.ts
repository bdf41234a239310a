import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { authorEnvironment, installRegatta } from './author.ts';
import { FakeForge } from './fake-forge.ts';
import { runProgram } from './run-command.ts';

const evil = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: evil}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
`;

/** S21: a fork changes the scripts and the tools of the pipelines, to hide a manifest. */
describe('the comment on a pull request of a fork', () => {
  let folder: string;
  let work: string;
  let forge: FakeForge;
  let head: string;
  let base: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-computed-'));
    work = join(folder, 'work');
    forge = await FakeForge.start();
    await run('git', 'init', '--quiet', '--bare', '--initial-branch=main', 'fleet.git');
    await run('git', 'init', '--quiet', '--initial-branch=main', work);
    await run(process.execPath, command, 'init', work);
    await git('remote', 'add', 'origin', join(folder, 'fleet.git'));
    base = await commit('a fleet');
    await git('checkout', '--quiet', '-b', 'fork');
    const owned = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${folder}/owned', '');\n`;
    for (const script of ['comment', 'tree', 'commands']) await write(`ci/${script}.mjs`, owned);
    await write('.github/workflows/[x](y) @a #1.yml', 'on: push\n');
    await write('node_modules/.bin/regatta', `#!/bin/sh\ntouch ${folder}/owned\n`, true);
    await write('rendered/staging/_cluster/evil.yaml', evil);
    head = await commit('hide it');
    await git('push', '--quiet', 'origin', 'main', `${head}:refs/pull/12/head`);
    await git('checkout', '--quiet', '--force', 'main');
    await git('branch', '--quiet', '-D', 'fork');
    await installRegatta(work);
  });
  after(async () => {
    await forge.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(program: string, ...args: readonly string[]): Promise<string> {
    const ran = await runProgram(program, args, { cwd: folder, env: authorEnvironment(folder) });
    assert.equal(ran.status, 0, `${program} ${args.join(' ')}\n${ran.stdout}${ran.stderr}`);
    return ran.stdout.trim();
  }

  const git = (...args: readonly string[]): Promise<string> => run('git', '-C', work, ...args);

  async function write(path: string, text: string, force = false): Promise<void> {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text, { mode: 0o755 });
    if (force) await git('add', '--force', path);
  }

  async function commit(message: string): Promise<string> {
    await git('add', '--all');
    await git('commit', '--quiet', '--no-verify', '--message', message);
    return git('rev-parse', 'HEAD');
  }

  it('K12: is computed from its tree by the regatta of the default branch', async () => {
    const repo = { id: 99 };
    forge.pullRequests = [
      {
        number: 12,
        head: { sha: head, label: 'stranger:fork', repo },
        base: { sha: base, ref: 'main' },
      },
    ];
    const event = join(folder, 'event.json');
    const workflow = {
      ...{ event: 'pull_request', head_sha: head, head_branch: 'fork' },
      html_url: 'https://github.example/org/fleet/actions/runs/1',
      head_repository: { ...repo, owner: { login: 'stranger' } },
    };
    await writeFile(event, JSON.stringify({ workflow_run: workflow }));
    const { status, stderr } = await runProgram(process.execPath, ['ci/comment.mjs', 'github'], {
      cwd: work,
      env: {
        ...authorEnvironment(folder),
        GITHUB_API_URL: forge.url,
        GITHUB_REPOSITORY: 'org/fleet',
        GITHUB_EVENT_PATH: event,
        GITHUB_TOKEN: 'good-token',
      },
    });
    assert.equal(status, 0, stderr);
    const [{ body = '' } = {}] = forge.comments;
    assert.match(body, /\*\*unsourced\*\* ` ClusterRoleBinding evil: no source renders this file/);
    assert.match(body, /^\*\*This pull request changes files that run in the pipelines:\*\*$/m);
    assert.match(body, /^- <b>ci\/comment\.mjs<\/b>$/m);
    assert.doesNotMatch(body, /\[x\]|@a|#1/);
    assert.match(body, /_Computed by the default branch's Regatta\./);
    assert.equal(await readFile(join(folder, 'owned')).catch(() => undefined), undefined);
  });
});
