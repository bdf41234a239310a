import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { authorEnvironment, installRegatta } from './author.ts';
import { HostileChange } from './hostile-change.ts';
import { runProgram } from './run-command.ts';

/** S21: a fork changes the scripts and the tools of the pipelines, to hide a manifest. */
describe('the comment on a pull request of a fork', () => {
  let change: HostileChange;

  before(async () => {
    change = await HostileChange.make('github', 'refs/pull/12/head');
    await installRegatta(change.work);
  });
  after(() => change?.close());

  it('K12: is computed from its tree by the regatta of the default branch', async () => {
    const { folder, work, forge, base, head } = change;
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
    assert.equal(await change.hasRun(), false);
  });
});
