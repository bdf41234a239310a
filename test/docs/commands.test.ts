import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  glob,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';
import { command } from '#test/command.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from '../cluster/api.ts';
import {
  type ConsoleCommand,
  consoleCommands,
  untestedCommands,
  withoutChance,
} from './console.ts';

const root = join(import.meta.dirname, '../..');
const members = ['member1', 'member2', 'mesh1'];
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Runs the commands of each guide in order, in one shell, and compares their output with the guide. */
describe('commands shown in the docs', async () => {
  let folder: string;
  let fleet: TestFleet;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-docs-'));
    await mkdir(join(folder, 'bin'));
    const shim = join(folder, 'bin/regatta');
    await writeFile(shim, `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n`);
    await chmod(shim, 0o755);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const sources = ['*.md', 'docs/**/*.md', 'repo-template/*.md', 'packages/*/*.md'];
  const guides: string[] = [];
  for await (const guide of glob(sources, { cwd: root })) {
    guides.push(guide);
  }
  for (const guide of guides.sort()) {
    const text = await readFile(join(root, guide), 'utf8');
    const untested = untestedCommands(text);
    it(`${guide} shows only commands that this test runs`, () => assert.deepEqual(untested, []));
    const commands = consoleCommands(text);
    if (commands.length === 0) continue;
    it(`${guide} shows the output of its commands`, { timeout: 120_000 }, () =>
      runGuide(guide, commands),
    );
  }

  /** The guides deploy Bookinfo, whose mesh cluster must serve the kinds of Istio. */
  async function defineIstioKinds(): Promise<void> {
    const mesh = new Api(fleet.kubeconfig, 'mesh1');
    const text = await readFile(join(root, 'examples/istio-crds.yaml'), 'utf8');
    for (const definition of loadAll(text) as readonly KubeObject[]) {
      await mesh.apply(`${definitions}/${definition.metadata.name}`, 'istio', definition);
    }
    mesh.close();
  }

  /** Runs a guide on clusters of its own, because each guide is another fleet. */
  async function runGuide(guide: string, commands: readonly ConsoleCommand[]): Promise<void> {
    fleet = await startFleet({ members, controllers: true });
    try {
      await defineIstioKinds();
      const kubectl = join(folder, 'bin/kubectl');
      await rm(kubectl, { force: true });
      await symlink(fleet.kubectl, kubectl);
      await followGuide(guide, commands);
    } finally {
      await fleet.close();
    }
  }

  async function followGuide(guide: string, commands: readonly ConsoleCommand[]): Promise<void> {
    const ci = await readFile(join(root, '.ci/run'), 'utf8');
    const [inCheckout, inFolder] = split(commands, ({ command }) => /^npm /.test(command));
    for (const { command } of inCheckout) {
      for (const part of command.replace(/\s+#.*$/, '').split(' && ')) {
        assert.ok(ci.includes(`step ${part}`), `${guide}: "${part}" is not run by .ci/run`);
      }
    }
    const cwd = join(folder, guide.replaceAll('/', '-'));
    await mkdir(cwd);
    await cp(join(root, 'examples'), join(cwd, 'examples'), { recursive: true });
    const printed = await runShell(cwd, inFolder);
    for (const [index, { command, output }] of inFolder.entries()) {
      const got = (printed[index] ?? '').split('\n').map(withoutChance);
      for (const line of output.filter((shown) => shown.trim() !== '…')) {
        assert.ok(
          got.includes(withoutChance(line)),
          `${guide}: \`${command}\` does not print "${line}" but:\n${printed[index]}`,
        );
      }
    }
  }

  /** Resolves to the output of each command; rejects with the whole output when one fails. */
  async function runShell(
    cwd: string,
    commands: readonly ConsoleCommand[],
  ): Promise<readonly string[]> {
    const mark = '\u0001';
    const script = commands.map(({ command }) => `echo '${mark}'\n${command}\n`).join('');
    // Background processes of a guide end with the guide.
    const ending = `trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT`;
    const shell = spawn('bash', ['-e', '-c', `exec 2>&1\n${ending}\n${script}`], {
      cwd,
      env: {
        ...process.env,
        PATH: `${folder}/bin:${process.env.PATH}`,
        KUBECONFIG: fleet.kubeconfig,
        XDG_CACHE_HOME: join(folder, 'cache'),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Ada Author',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada Author',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
      },
    });
    let said = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [status] = await once(shell, 'close');
    assert.equal(status, 0, said);
    return said.split(`${mark}\n`).slice(1);
  }
});

function split<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
