import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { FakeForge } from './fake-forge.ts';
import { type Ran, runProgram } from './run-command.ts';

const script = join(import.meta.dirname, '../../repo-template/ci/comment.mjs');
const commit = 'a'.repeat(40);
/** Text that a shell or a workflow could run as code. */
const branch = 'a`b\u0024{{x}}';
const run = {
  event: 'pull_request',
  html_url: 'https://github.example/org/fleet/actions/runs/1',
  head_sha: commit,
  head_branch: branch,
  head_repository: { id: 99, owner: { login: 'stranger' } },
};
const head = { sha: commit, label: `stranger:${branch}`, repo: { id: 99 } };

describe('the comment of a review', () => {
  let forge: FakeForge;
  let folder: string;
  let file: string;

  before(async () => {
    forge = await FakeForge.start();
    folder = await mkdtemp(join(tmpdir(), 'regatta-comment-'));
    file = join(folder, 'comment.md');
  });
  beforeEach(async () => {
    forge.comments.length = 0;
    forge.requests.length = 0;
    forge.pullRequests = [{ number: 12, head }];
    await rm(file, { force: true });
    await writeFile(file, '### 1 change\n');
  });
  after(async () => {
    await forge.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function onGithub(changes: object = {}, token = 'good-token'): Promise<Ran> {
    const event = join(folder, 'event.json');
    await writeFile(event, JSON.stringify({ workflow_run: { ...run, ...changes } }));
    return runProgram(process.execPath, [script, 'github', file], {
      env: {
        GITHUB_API_URL: forge.url,
        GITHUB_REPOSITORY: 'org/fleet',
        GITHUB_EVENT_PATH: event,
        GITHUB_TOKEN: token,
      },
    });
  }

  function onGitlab(): Promise<Ran> {
    return runProgram(process.execPath, [script, 'gitlab', file], {
      env: {
        CI_API_V4_URL: forge.url,
        CI_PROJECT_ID: '42',
        CI_MERGE_REQUEST_IID: '5',
        CI_PIPELINE_URL: 'https://gitlab.example/org/fleet/-/pipelines/1',
        REGATTA_COMMENT_TOKEN: 'good-token',
      },
    });
  }

  for (const [name, send] of [
    ['GitHub', onGithub],
    ['GitLab', onGitlab],
  ] as const) {
    it(`is created once on ${name}, and then updated in place`, async () => {
      for (let index = 0; index < 120; index++) forge.add(`talk ${index}`);
      const first = await send();
      assert.equal(first.status, 0, first.stderr);
      await writeFile(file, '### 2 changes\n');
      const second = await send();
      assert.equal(second.status, 0, second.stderr);
      const ours = forge.comments.filter(({ body }) => body.startsWith('<!-- regatta review -->'));
      assert.equal(ours.length, 1);
      assert.match(ours[0]?.body ?? '', /### 2 changes\n.*the \[full report and the log\]/s);
    });

    it(`does not change another user’s comment with the same mark on ${name}`, async () => {
      const by = { user: { login: 'stranger', type: 'User' }, author: { id: 8 } };
      forge.add('<!-- regatta review -->\nmine', by);
      assert.equal((await send()).status, 0);
      assert.equal(forge.comments[0]?.body, '<!-- regatta review -->\nmine');
      assert.equal(forge.comments.length, 2);
    });
  }

  const others = [
    { name: 'a pull request that has moved on', head: { ...head, sha: 'b'.repeat(40) } },
    { name: 'a branch of the same name elsewhere', head: { ...head, repo: { id: 100 } } },
    { name: 'a fork that is deleted', head: { ...head, repo: null } },
  ];
  for (const { name, head: other } of others) {
    it(`is not written to ${name}`, async () => {
      forge.pullRequests = [{ number: 12, head: other }];
      const { status, stdout } = await onGithub();
      assert.equal(status, 0);
      assert.match(stdout, /nothing to comment on: 0 open pull requests/);
      assert.deepEqual(forge.requests, ['GET /repos/org/fleet/pulls']);
    });
  }

  it('is not written if two pull requests have the commit', async () => {
    forge.pullRequests = [12, 13].map((number) => ({ number, head }));
    assert.match((await onGithub()).stdout, /2 open pull requests/);
    assert.deepEqual(forge.comments, []);
  });

  it('contains no mention, image, hidden link or command', async () => {
    const image = 'nginx@sha256:0123';
    const hostile = [
      '@org/everyone &#64;org/everyone',
      '![x](https://evil.example/x.png)',
      '[a]: https://evil.example',
      '[safe](https://evil.example)',
      '<img src=x> <a href=y>z</a>',
      '/close',
      '  /merge',
      image,
    ];
    await writeFile(file, hostile.join('\n'));
    assert.equal((await onGithub()).status, 0);
    const lines = (forge.comments[0]?.body ?? '').split('\n').slice(1, hostile.length + 1);
    assert.equal(lines.at(-1), image);
    const text = lines.slice(0, -1).join('\n');
    assert.doesNotMatch(text, /@\w|&#|!\[|\]\(|\]:|<\w|^\s*\//m);
    assert.equal(text.replaceAll('\u200b', ''), hostile.slice(0, -1).join('\n'));
  });

  it('K12: refers to no issue, request, label, commit or address, and names its author', async () => {
    const references = [
      'fixes #1, o/r#1, GH-1, gl-2',
      '!1 $1 %1 ~bug ~"two words" ^alert [vulnerability:1] &1',
      'https://github.com/o/r/issues/1 www.example.org o/r@abcdef1',
      ' @sha256: and @sha256:zz',
    ];
    await writeFile(file, references.join('\n'));
    for (const [send, author] of [
      [onGithub, /written by this pull request's own code\._\n$/],
      [onGitlab, /written by this merge request's own code\._\n$/],
    ] as const) {
      forge.comments.length = 0;
      assert.equal((await send()).status, 0);
      const [{ body = '' } = {}] = forge.comments;
      const lines = body.split('\n');
      const text = lines.slice(1, references.length + 1).join('\n');
      assert.equal(text.replaceAll('\u200b', ''), references.join('\n'));
      assert.doesNotMatch(text, /[#!$%~^@][\w"]|\[\w|\bG[HL]-\d|:\/\/|www\.|&\d/i);
      assert.match(body, author);
    }
  });

  it('fits for a review of any length, and closes its open elements', async () => {
    const line = `+ ${'ü'.repeat(200)}\n`;
    await writeFile(file, `<details><summary>x</summary>\n\n\`\`\`\`diff\n${line.repeat(2_000)}`);
    const { status, stderr } = await onGithub();
    assert.equal(status, 0, stderr);
    const body = forge.comments[0]?.body ?? '';
    assert.ok(Buffer.byteLength(body) <= 65_536);
    assert.match(body, /\n````\n<\/details>\n\n_The rest is in the full report\._\n/);
  });

  it('is refused if its file is a link, which could lead to a secret', async () => {
    await rm(file);
    await symlink('/etc/passwd', file);
    const { status, stderr } = await onGithub();
    assert.equal(status, 1);
    assert.match(stderr, /is not a regular file/);
    assert.deepEqual(forge.comments, []);
  });

  it('reports that the review has left no diff', async () => {
    await rm(file);
    assert.equal((await onGithub()).status, 0);
    assert.match(forge.comments[0]?.body ?? '', /There is no diff/);
  });

  it('fails with the name of a rejected request, and without the token', async () => {
    const { status, stderr } = await onGithub({}, 'bad-token');
    assert.equal(status, 1);
    assert.match(stderr, /GET \/pulls.*: 401/);
    assert.doesNotMatch(stderr, /bad-token/);
  });

  it('is written for pull requests only', async () => {
    assert.match((await onGithub({ event: 'push' })).stdout, /the event of the run is push/);
    assert.deepEqual(forge.requests, []);
  });
});
