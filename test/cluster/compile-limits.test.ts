import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { processTree } from '#io/child/process-tree.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { assertRejected } from '#test/events.ts';
import { until } from '#test/until.ts';
import {
  type CommitFiles,
  memoryBombs,
  removed,
  scriptBombs,
  scripted,
  soundFleet,
  timeBombs,
} from './bombs.ts';
import { configMaps, Scenario } from './scenario.ts';

/** A compile that takes more than this long takes forever, in seconds. */
const seconds = 30;

const endless = timeBombs['a chart without end'] ?? {};

let scenario: Scenario;
let value = 0;

/** Returns the processes of the running compile. */
function compiling(): readonly number[] {
  const all = processTree(scenario.syncer.pid).map(({ pid }) => pid);
  return all.filter((pid) => /compile-process/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
}

/** Pushes files, and resolves to the event of the rejected commit. */
async function rejection(files: CommitFiles): Promise<SyncEvent> {
  scenario.syncer.forgetEvents();
  const commit = await scenario.repo.push(files);
  const isRejected = (event: SyncEvent) =>
    event.type === 'rejected-commit' && event.commit === commit;
  return scenario.syncer.event(isRejected, 90_000);
}

function reasonOf(event: SyncEvent): string {
  return event.type === 'rejected-commit' ? (event.reason ?? '') : '';
}

/** Expects that both members have a value of the ConfigMap. */
async function expectValue(expected: string): Promise<void> {
  for (const member of [scenario.member1, scenario.member2]) {
    const read = async () => (await member.get(`${configMaps}/a`))?.data;
    const holds = async () => JSON.stringify(await read()) === JSON.stringify({ value: expected });
    await until(`value ${expected}`, holds, 60_000).catch((error: unknown) =>
      assert.fail(`${error}\n${scenario.syncer.describe()}`),
    );
  }
}

/** Removes files, and expects that the commit reaches both members. */
async function expectNextCommit(files: CommitFiles): Promise<void> {
  const next = `${++value}`;
  await scenario.repo.push({ ...removed(files), ...soundFleet(next) });
  await expectValue(next);
  scenario.repo.pull();
}

describe('regatta sync --compile within limits', () => {
  before(async () => {
    const limits = ['--compile-memory', '800', '--compile-timeout', `${seconds}s`];
    scenario = await Scenario.open('--compile', ...limits);
    await scenario.repo.push(soundFleet(`${value}`));
    await scenario.start();
    await expectValue(`${value}`);
    scenario.repo.pull();
  });
  after(() => scenario?.close());

  it('K19: survives commits that exhaust the memory, and syncs the commits after them', async () => {
    for (const [name, files] of Object.entries(memoryBombs)) {
      const reason = reasonOf(await rejection(files));
      assert.equal(reason, 'the compile needed more than 800 MiB', name);
      await expectValue(`${value}`);
      await expectNextCommit(files);
    }
  });

  it('K19: survives a commit whose compile never ends, and corrects drift meanwhile', async () => {
    const rejected = rejection(endless);
    await until('the compile to start', async () => compiling().length > 0, 30_000);
    await scenario.member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: 'x' } });
    await scenario.syncer.event(({ type }) => type === 'drift');
    assert.equal(reasonOf(await rejected), `the compile took more than ${seconds}s`);
    await expectNextCommit(endless);
  });

  it('K19: names a script that exceeds a limit of its own', async () => {
    for (const [script, message] of Object.values(scriptBombs)) {
      const files = scripted(script);
      await rejection(files);
      assertRejected(scenario.syncer.events, { code: 'interpret/failed', message });
      await expectNextCommit(files);
    }
  });

  it('K19: leaves no process behind when the syncer stops', async () => {
    await scenario.repo.push(endless);
    await until('the compile to start', async () => compiling().length > 0, 30_000);
    const pids = compiling();
    assert.equal(await scenario.syncer.stop('SIGTERM'), 0);
    await until('the compile to end', async () => pids.every((pid) => !processTree(pid).length));
  });
});
