import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { load } from 'js-yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const template = join(import.meta.dirname, '../../repo-template');
const folder = join(template, '.github/workflows');
const read = (path: string): string => readFileSync(join(template, path), 'utf8');

describe('the workflows of the template', () => {
  for (const name of readdirSync(folder)) {
    const text = read(`.github/workflows/${name}`);
    const { permissions, jobs, on } = load(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);

    it(`${name} pins every action by commit, with the version in a comment`, () => {
      const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
      assert.equal(uses.length, steps.filter(({ uses }) => uses !== undefined).length);
      for (const line of uses) assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it(`${name} has only the permissions that its jobs declare, and a time limit`, () => {
      assert.deepEqual(permissions, {});
      for (const job of Object.values(jobs)) {
        assert.ok(job.permissions !== undefined);
        assert.ok(job['timeout-minutes'] !== undefined);
      }
    });

    it(`${name} puts no expression into a shell, and stores no credentials`, () => {
      for (const { uses, run, with: given } of steps) {
        assert.doesNotMatch(run ?? '', /\$\{\{/);
        if (uses?.startsWith('actions/checkout@'))
          assert.equal(given?.['persist-credentials'], false);
      }
    });

    it(`${name} gives the code of a pull request no write permission`, () => {
      assert.ok(!('pull_request_target' in on));
      if (!('pull_request' in on)) return;
      for (const { permissions: rights, steps } of Object.values(jobs)) {
        const runsCode = steps.some(({ run }) => run !== undefined);
        if (runsCode) assert.deepEqual(rights, { contents: 'read' });
      }
      assert.doesNotMatch(text, /secrets\.|github\.token/);
    });
  }

  it('run only the scripts of the default branch in the job that can comment', () => {
    const { jobs } = load(read('.github/workflows/review-comment.yml')) as Workflow;
    const steps = jobs.comment?.steps ?? [];
    const [checkout] = steps;
    assert.match(
      String(checkout?.with?.ref),
      /^\$\{\{ github\.event\.repository\.default_branch \}\}$/,
    );
    assert.deepEqual(
      steps.flatMap(({ run }) => run ?? []),
      ['npm ci --ignore-scripts --no-audit --no-fund', 'node ci/comment.mjs github'],
    );
    assert.ok(!steps.some(({ uses }) => uses?.startsWith('actions/download-artifact@')));
  });
});

describe('the GitLab pipeline of the template', () => {
  const jobs = load(read('.gitlab-ci.yml')) as Record<
    string,
    { script?: string[]; rules?: object }
  >;

  it('gives tokens only to jobs that need them, and not to forks', () => {
    assert.doesNotMatch(JSON.stringify(jobs.review), /TOKEN/);
    assert.match(
      JSON.stringify(jobs.comment?.rules),
      /CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_MERGE_REQUEST_PROJECT_ID/,
    );
    assert.match(JSON.stringify(jobs.render?.rules), /CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH/);
  });
});

describe('the template', () => {
  it('K12: gives owners to every folder, those of the output included', () => {
    const lines = read('CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(
      lines.filter((line) => !/^\S+\s+@\S+/.test(line)),
      [],
    );
    for (const folder of ['/bindings/', '/rendered/']) {
      assert.ok(lines.some((line) => line.startsWith(folder)));
    }
  });

  it('street C8: names no package of Regatta, because init names the one that runs', () => {
    assert.doesNotMatch(read('package.json'), /"regatta":/);
  });

  it('has no file that npm omits from packages', () => {
    const names = readdirSync(template, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      names.filter((name) => /(^|\/)\.(gitignore|npmignore|npmrc)$/.test(name)),
      [],
    );
  });
});
