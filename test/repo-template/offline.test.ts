import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { command } from '#test/command.ts';
import { authorEnvironment, installRegatta } from './author.ts';
import { type Ran, runProgram } from './run-command.ts';

const template = join(import.meta.dirname, '../../repo-template');

const titles = [
  ['GitHub', 'K55: S21: causes no request in the pipeline of GitHub'],
  ['GitLab', 'K55: S21: causes no request in the pipeline of GitLab'],
] as const;

interface Pipelines {
  readonly jobs: {
    readonly review: {
      readonly steps: readonly { readonly run?: string; readonly env?: NodeJS.ProcessEnv }[];
    };
  };
  readonly review: { readonly variables?: NodeJS.ProcessEnv };
}

/** Returns the environment that a forge gives to the review of a change. */
async function environments(): Promise<Readonly<Record<'GitHub' | 'GitLab', NodeJS.ProcessEnv>>> {
  const read = async (path: string) =>
    load(await readFile(join(template, path), 'utf8')) as Pipelines;
  const { jobs } = await read('.github/workflows/review.yml');
  const step = jobs.review.steps.find(({ run }) => run?.startsWith('node ci/review.mjs'));
  const { review } = await read('.gitlab-ci.yml');
  return {
    GitHub: { ...step?.env, REGATTA_COMMIT: '' },
    GitLab: { ...review.variables },
  };
}

/** A fork changes regatta.yaml and regatta.lock, so that a compile would fetch from its server. */
describe('the review of a fork that names addresses of its own', () => {
  let folder: string;
  let work: string;
  let server: Server;
  const requests: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-offline-'));
    work = join(folder, 'work');
    server = createServer(({ url = '' }, response) => {
      requests.push(url);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await run('git', 'init', '--quiet', '--initial-branch=main', work);
    await run(process.execPath, command, 'init', work);
    await installRegatta(work);
    await commit('a fleet');
    await run('git', '-C', work, 'checkout', '--quiet', '-b', 'fork');
    await changeAddresses(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await commit('fetch from the server of the fork');
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => requests.splice(0));

  async function run(program: string, ...args: readonly string[]): Promise<void> {
    const ran = await runProgram(program, args, { cwd: folder, env: authorEnvironment(folder) });
    assert.equal(ran.status, 0, `${program} ${args.join(' ')}\n${ran.stdout}${ran.stderr}`);
  }

  async function commit(message: string): Promise<void> {
    await run('git', '-C', work, 'add', '--all');
    await run('git', '-C', work, 'commit', '--quiet', '--no-verify', '--message', message);
  }

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }

  /** Adds a file, a Git repository and a chart on a server, with digests in the lock. */
  async function changeAddresses(url: string): Promise<void> {
    const [file, base] = [`${url}/file.yaml`, `${url}/bases.git//deploy?ref=main`];
    const head = 'apiVersion: regatta.dev/v1alpha1\n';
    await write('regatta.yaml', `${head}kind: Fleet\nspec: {network: Allow}\n`);
    await write('templates/app/kustomization.yaml', `resources: ["${file}", "${base}"]\n`);
    const chart = `spec:\n  chart: web\n  repository: ${url}/charts\n  version: 1.0.0\n`;
    await write(
      'templates/chart.yaml',
      `${head}kind: HelmRelease\nmetadata: {name: chart}\n${chart}`,
    );
    const names = [file, `${url}/bases.git?ref=main`, base, `${url}/charts/web:1.0.0`];
    const digests = names.map((name) => `  ${JSON.stringify(name)}: sha256:${'0'.repeat(64)}\n`);
    await write('regatta.lock', `${head}kind: Lock\nsources:\n${digests.join('')}`);
  }

  const review = (env: NodeJS.ProcessEnv): Promise<Ran> =>
    runProgram(process.execPath, ['ci/review.mjs', 'main'], {
      cwd: work,
      env: { ...authorEnvironment(folder), ...env },
    });

  for (const [forge, title] of titles) {
    it(title, async () => {
      const environment = (await environments())[forge];
      assert.equal(environment.REGATTA_OFFLINE, '1');
      const { status, stdout } = await review(environment);
      assert.equal(status, 1);
      assert.match(stdout, /REGATTA_OFFLINE forbids network access/);
      assert.deepEqual(requests, []);
    });
  }

  it('K55: S21: would cause requests without REGATTA_OFFLINE', async () => {
    assert.equal((await review({})).status, 1);
    assert.ok(requests.some((path) => path.startsWith('/file.yaml')));
  });
});
