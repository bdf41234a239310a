import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { command } from '#test/command.ts';
import { authorEnvironment } from './author.ts';
import { HostileChange } from './hostile-change.ts';
import { type Ran, runProgram } from './run-command.ts';

/** S21: a merge request changes the scripts and the tools of the pipelines, to hide a manifest. */
describe('the comment on a merge request', () => {
  let change: HostileChange;
  let script: readonly string[];

  before(async () => {
    change = await HostileChange.make('gitlab', 'refs/heads/hidden');
    const text = await readFile(join(change.work, '.gitlab-ci.yml'), 'utf8');
    ({ script } = (load(text) as { comment: { script: string[] } }).comment);
    await writeNpm();
  });
  beforeEach(() => {
    change.forge.comments.length = 0;
  });
  after(() => change?.close());

  /** Writes an npm that installs the regatta of this checkout. */
  async function writeNpm(): Promise<void> {
    const npm = join(change.folder, 'bin/npm');
    const line = `exec ${process.execPath} ${command} "$@"`;
    const install = `mkdir -p node_modules/.bin && printf '%s\\n' '#!/bin/sh' '${line}' > node_modules/.bin/regatta`;
    await mkdir(dirname(npm), { recursive: true });
    await writeFile(npm, `#!/bin/sh\n${install} && chmod +x node_modules/.bin/regatta\n`);
    await chmod(npm, 0o755);
  }

  /** Runs the script of the job as a runner does: in a clone with the head of the merge request checked out. */
  async function runJob(head: string): Promise<Ran> {
    const { folder, work, base, forge } = change;
    const env = authorEnvironment(folder);
    await change.git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    await change.git('checkout', '--quiet', '--force', '--detach', head);
    return runProgram('sh', ['-ec', script.join('\n')], {
      cwd: work,
      env: {
        ...env,
        PATH: `${folder}/bin:${env.PATH}`,
        CI_API_V4_URL: forge.url,
        CI_PROJECT_ID: '42',
        CI_MERGE_REQUEST_IID: '5',
        CI_PIPELINE_URL: 'https://gitlab.example/org/fleet/-/pipelines/1',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
        CI_COMMIT_SHA: head,
        CI_DEFAULT_BRANCH: 'main',
        REGATTA_COMMENT_TOKEN: 'good-token',
        REGATTA_OFFLINE: '1',
      },
    });
  }

  it('K12: is computed on GitLab from its tree by the regatta of the default branch', async () => {
    const { status, stderr } = await runJob(change.head);
    assert.equal(status, 0, stderr);
    const [{ body = '' } = {}] = change.forge.comments;
    assert.match(body, /\*\*unsourced\*\* ` ClusterRoleBinding evil: no source renders this file/);
    assert.match(body, /^\*\*This merge request changes files that run in the pipelines:\*\*$/m);
    assert.match(body, /^- <b>ci\/comment\.mjs<\/b>$/m);
    assert.doesNotMatch(body, /\[x\]|@a|#1|pull request/);
    assert.match(
      body,
      /_Computed by the default branch's Regatta\. The .* are written by this merge request's own code\._\n$/,
    );
    assert.equal(await change.hasRun(), false);
  });

  it('K12: says on GitLab that a merge request that changes the jobs writes its comment', async () => {
    await change.git('checkout', '--quiet', '--force', '--detach', change.head);
    const text = await readFile(join(change.work, '.gitlab-ci.yml'), 'utf8');
    const head = await change.commit('other jobs', { '.gitlab-ci.yml': `# Changed.\n${text}` });
    const { status, stderr } = await runJob(head);
    assert.equal(status, 0, stderr);
    const [{ body = '' } = {}] = change.forge.comments;
    assert.match(body, /^- <b>\.gitlab-ci\.yml<\/b>$/m);
    assert.match(body, /_This comment, the .* are written by this merge request's own code\._\n$/);
  });
});
