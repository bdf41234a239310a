import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { GitOptions } from '#io/git/git-options.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { GitServer } from '#test/git-server.ts';

const never = new AbortController().signal;
let repo: FleetRepo;
let server: GitServer;
/** Commits of the branch, oldest first. */
let commits: readonly string[] = [];
let count = 0;

describe('K57: whether a commit descends from another', () => {
  before(async () => {
    repo = await FleetRepo.make();
    git('config', 'uploadpack.allowFilter', 'true');
    server = await GitServer.start({ root: repo.directory });
    importCommits(1400, 'main');
    importCommits(3, 'other');
    commits = git('rev-list', '--reverse', 'main').split('\n');
  });
  after(async () => {
    await server?.close();
    await repo?.remove();
  });

  for (const back of [0, 1, 10, 63, 64, 65, 900, 1300, 1399]) {
    it(`K57: is known for a commit ${back} commits ago, from a clone with only the head`, async () => {
      const source = await open();
      const head = await source.fetch(never);
      assert.equal(await source.goesOnFrom(at(-1 - back), head, never), true);
    });
  }

  it('K57: is known for a whole clone too, without fetching files of older commits', async () => {
    const source = await open({ whole: true });
    const head = await source.fetch(never);
    assert.equal(await source.goesOnFrom(at(-500), head, never), true);
    const clone = source.directory.replace(/\.git$/, '.commits.git');
    const types = execFileSync(
      'git',
      ['cat-file', '--batch-all-objects', '--batch-check=%(objecttype)'],
      { cwd: clone, encoding: 'utf8' },
    );
    assert.deepEqual([...new Set(types.trim().split('\n'))], ['commit']);
  });

  it('K57: is false for the commit of another branch, and for an unknown commit', async () => {
    const source = await open();
    const head = await source.fetch(never);
    const other = git('rev-parse', 'other');
    for (const before of [other, 'd'.repeat(40), at(-1).replace(/^./, '0')]) {
      assert.equal(await source.goesOnFrom(before, head, never), false);
      // This answer needs no fetch, because the first answer has fetched the commits.
      assert.equal(await source.goesOnFrom(before, head, never), false);
    }
  });

  it('K57: is false for a later commit', async () => {
    const source = await open();
    const head = await source.fetch(never);
    importCommits(7, 'main');
    assert.equal(await source.goesOnFrom(git('rev-parse', 'main'), head, never), false);
    importCommits(70, 'main');
    const newest = git('rev-parse', 'main');
    assert.equal(await source.goesOnFrom(newest, head, never), false);
    assert.equal(await source.goesOnFrom(newest, await source.fetch(never), never), true);
    assert.equal(await source.goesOnFrom(head, await source.fetch(never), never), true);
  });

  for (const hostile of ['--upload-pack=touch x', '-x', '', 'main', 'HEAD', '0'.repeat(39)]) {
    it(`K57, K3: is false for ${JSON.stringify(hostile)}, which git does not receive`, async () => {
      const source = await open();
      assert.equal(await source.goesOnFrom(hostile, await source.fetch(never), never), false);
    });
  }

  it('K57: is known without git in a process that has fetched both commits', async () => {
    const source = await open();
    const before = await source.fetch(never);
    importCommits(1, 'main');
    const head = await source.fetch(never);
    server.requests.length = 0;
    assert.equal(await source.goesOnFrom(before, head, never), true);
    assert.deepEqual(server.requests, []);
  });

  it('K57: is fetched once for clusters that ask concurrently', async () => {
    const source = await open();
    const head = await source.fetch(never);
    const answers = await Promise.all(
      [20, 30, 400].map((back) => source.goesOnFrom(at(-back), head, never)),
    );
    assert.deepEqual(answers, [true, true, true]);
  });

  it('K57: is an error when the server does not have the whole history', async () => {
    execFileSync(
      'git',
      ['clone', '--quiet', '--bare', '--depth=5', `file://${repo.url}`, 'shallow.git'],
      {
        cwd: repo.directory,
      },
    );
    const source = await open({ repo: `${server.url}shallow.git` });
    const head = await source.fetch(never);
    await assert.rejects(source.goesOnFrom(at(-300), head, never), /does not send the history/);
  });

  it('K57: is known also when the clone of commits is damaged', async () => {
    const source = await open();
    const head = await source.fetch(never);
    const clone = source.directory.replace(/\.git$/, '.commits.git');
    for (const broken of [/\/(HEAD|config|packed-refs)$/, /\/objects\/.*pack$/, /\/shallow$/]) {
      assert.equal(await source.goesOnFrom(at(-300), head, never), true);
      for (const file of await filesBelow(clone)) {
        if (broken.test(file)) await writeFile(file, 'nonsense\0');
      }
      // The first answer may be an error; the second one comes from a new clone.
      await source.goesOnFrom(at(-300), head, never).catch(() => {});
      assert.equal(await source.goesOnFrom(at(-300), head, never), true, String(broken));
    }
  });

  it('K57: is an error, and not false, while the server is unreachable', async () => {
    const source = await open();
    const head = await source.fetch(never);
    server.answer = (_, response) => void response.writeHead(503).end();
    await assert.rejects(source.goesOnFrom(at(-300), head, never), /503|unable to access/);
    server.answer = undefined;
    assert.equal(await source.goesOnFrom(at(-300), head, never), true);
  });
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  await Promise.all(paths.map((path) => chmod(path, 0o644)));
  return paths;
}

function at(index: number): string {
  return commits.at(index) ?? assert.fail();
}

function open(options: Partial<GitOptions> = {}): Promise<GitSource> {
  const stateDirectory = `${repo.directory}/state${count++}`;
  const standard = { branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  return openGit({ repo: `${server.url}repo.git`, ...standard, ...options });
}

/** Creates commits on a branch, each of which changes a file. */
function importCommits(number: number, branch: string): void {
  const exists = git('for-each-ref', `refs/heads/${branch}`) !== '';
  const stream = Array.from({ length: number }, (_, i) => {
    const text = `${branch} ${count++}\n`;
    const from = i === 0 && exists ? `from refs/heads/${branch}^0\n` : '';
    return [
      `commit refs/heads/${branch}\ncommitter a <a@example.com> ${1_700_000_000 + count} +0000\n`,
      `data 1\nx\n${from}`,
      `M 644 inline rendered/member1/a.yaml\ndata ${text.length}\n${text}\n`,
    ].join('');
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.url, input: stream.join('') });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: repo.url, encoding: 'utf8' }).trim();
}
