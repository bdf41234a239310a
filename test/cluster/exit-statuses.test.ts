import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandExits } from '#test/canary/exits.ts';
import { command } from '#test/command.ts';
import {
  clusterCases,
  type ExitBed,
  type ExitCase,
  localCases,
  openExitBed,
} from './exit-cases.ts';
import { configMap } from './objects.ts';
import { Single } from './single.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');

/** The rows of the guide: the formats and the exit statuses of each command. */
const rows = new Map(
  [...guide.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, name = '', rest = '']) => {
    const [formats = '', ...cells] = rest.split('|').map((cell) => cell.trim());
    const statuses = cells.flatMap((cell, status) => (cell === '' ? [] : [status]));
    return [name, { formats: formats.split(', '), statuses }] as const;
  }),
);

/** Runs a command, and returns its exit status and everything that it printed. */
async function run({ args, until }: ExitCase): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      // A second signal would end the command at once.
      if (!child.killed && until?.test(text)) child.kill('SIGINT');
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, text };
}

/** Each step starts from where the previous one left the fleet. */
describe('street C3: the table of docs/commands.md', () => {
  let bed: ExitBed;
  const seen = new Set<string>();
  before(async () => {
    bed = await openExitBed();
  });
  after(async () => {
    await bed?.local.close();
    await bed?.single.close();
  });

  async function expect(name: string, one: ExitCase): Promise<void> {
    await one.before?.();
    const { status, text } = await run(one);
    assert.equal(status, one.status, `${one.args.join(' ')}\n${text}`);
    seen.add(`${name} ${status}`);
  }

  it('street C3: lists every command with its formats', () => {
    const formats = [...rows].map(([name, row]) => [name, row.formats] as const);
    assert.deepEqual(Object.fromEntries(formats), commandExits);
  });

  for (const name of rows.keys()) {
    it(`street C3: regatta ${name} exits as its row says`, async (test) => {
      for (const one of localCases(bed)[name] ?? []) {
        await test.test(`street C3: with ${one.status}`, () => expect(name, one));
      }
    });
  }

  it('street C3: the commands that ask clusters exit as their rows say', async (test) => {
    for (const [name, one] of clusterCases(bed)) {
      await test.test(`street C3: ${name} with ${one.status}`, () => expect(name, one));
    }
  });

  it('street C3: reconcile exits with 0 when the running syncer has done it', async () => {
    const single = await Single.open();
    try {
      await single.push({ 'default/configmap_a.json': configMap('a', '1') });
      const syncer = single.start();
      await syncer.event(({ type }) => type === 'synced', 60_000);
      const state = ['--state-dir', `${single.repo.directory}/state`];
      const flags = ['--kubeconfig', single.fleet.kubeconfig, ...state];
      await expect('reconcile', { status: 0, args: ['reconcile', single.repo.url, ...flags] });
      await syncer.stop('SIGTERM');
    } finally {
      await single.close();
    }
  });

  it('street C3: a test has seen every status of the table', () => {
    const listed = [...rows].flatMap(([name, { statuses }]) =>
      statuses.map((status) => `${name} ${status}`),
    );
    assert.deepEqual([...seen].toSorted(), listed.toSorted());
  });
});
