import assert from 'node:assert/strict';
import { cp, glob, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from '../cluster/api.ts';
import { type ConsoleCommand, consoleCommands, untestedCommands } from './console.ts';
import { installPrograms, runCommands } from './guide.ts';

const root = join(import.meta.dirname, '../..');
const members = ['member1', 'member2', 'mesh1'];
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** The guide whose commands need a Karmada API server: test/cluster/migration.test.ts runs them. */
const migration = 'docs/migration.md';

/** Runs the commands of each guide in order, in one shell, and compares their output with the guide. */
describe('commands shown in the docs', async () => {
  let folder: string;
  let fleet: TestFleet;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-docs-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const sources = [
    '*.md',
    'docs/**/*.md',
    'repo-template/*.md',
    'packages/*/*.md',
    'examples/*/*.md',
  ];
  const guides: string[] = [];
  for await (const guide of glob(sources, { cwd: root })) {
    guides.push(guide);
  }
  for (const guide of guides.sort()) {
    const text = await readFile(join(root, guide), 'utf8');
    const untested = untestedCommands(text);
    it(`${guide} shows only commands that this test runs`, () => assert.deepEqual(untested, []));
    const commands = consoleCommands(text);
    if (commands.length === 0 || guide === migration) continue;
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
      await installPrograms(folder, fleet.kubectl);
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
    await runCommands(guide, inFolder, { cwd, folder, kubeconfig: fleet.kubeconfig });
  }
});

function split<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
