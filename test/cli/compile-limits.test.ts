import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compileLimits } from '#cli/options/compile-limits.ts';
import { processTree } from '#io/child/process-tree.ts';
import { type CommitFiles, memoryBombs, soundFleet, timeBombs } from '#test/cluster/bombs.ts';
import { runRegatta } from '#test/cluster/scenario.ts';
import { command } from '#test/command.ts';
import { until } from '#test/until.ts';

const gibibyte = 1024 ** 3;
const bomb = 'files of millions of empty lists';
const endless = 'a chart without end';

let folder: string;

async function write(name: string, files: CommitFiles): Promise<string> {
  const directory = join(folder, name);
  for (const [path, content] of Object.entries({ ...soundFleet('1'), ...files })) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

describe('regatta compile within limits', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-limits-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('K19: ends with status 2 when it needs too much memory', async () => {
    const directory = await write('large', memoryBombs[bomb] ?? {});
    const { status, text } = await runRegatta('compile', directory, '--compile-memory', '400');
    assert.equal(text, 'regatta: the compile needed more than 400 MiB\n');
    assert.equal(status, 2);
  });

  it('K19: ends with status 2 when it takes too long', async () => {
    for (const [index, files] of Object.values(timeBombs).entries()) {
      const directory = await write(`slow${index}`, files);
      const { status, text } = await runRegatta('compile', directory, '--compile-timeout', '3s');
      assert.equal(text, 'regatta: the compile took more than 3s\n');
      assert.equal(status, 2);
    }
  });

  it('K19: prints and exits as without limits', async () => {
    const directory = await write('sound', {});
    const limits = ['--compile-memory', '800', '--compile-timeout', '1m'];
    const { status, text } = await runRegatta('compile', directory, '-o', 'json', ...limits);
    assert.equal(status, 0, text);
    assert.equal((JSON.parse(text) as { readonly objects: number }).objects, 2);
    const faulty = await write('faulty', { 'templates/b.yaml': 'kind: [' });
    const failed = await runRegatta('compile', faulty, '--profile', 'karmada', ...limits);
    assert.equal(failed.status, 1);
    assert.match(failed.text, /templates\/b\.yaml:1:\d+: error parse\/invalid-yaml/);
  });

  it('K19: leaves no process behind when it is stopped', async () => {
    const directory = await write('stopped', timeBombs[endless] ?? {});
    const args = [command, 'compile', directory, '--compile-timeout', '1m'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const started = () =>
      processTree(child.pid ?? 0)
        .map(({ pid }) => pid)
        .slice(1);
    await until('the compile to start', async () => started().length > 0);
    const pids = started();
    child.kill('SIGTERM');
    await until('all processes to end', async () => pids.every((pid) => !processTree(pid).length));
  });

  it('K19: has usage that leaves memory to other processes', async () => {
    const over = await runRegatta('compile', folder, '--compile-memory', '1e9');
    assert.equal(over.status, 2);
    assert.match(over.text, /expected at most \d+, which is 60 % of the memory/);
    const watch = await runRegatta('compile', folder, '--compile-timeout', '1m', '--watch');
    assert.equal(watch.status, 2);
    const sync = await runRegatta('sync', folder, '--compile-memory', '100');
    assert.equal(sync.status, 2);
    assert.match(sync.text, /the limits of a compile need '--compile'/);
  });

  it('K19: gets at most 60 % of the memory of the container', () => {
    assert.deepEqual(compileLimits({}, 16 * gibibyte), { bytes: gibibyte, ms: 300_000 });
    assert.equal(compileLimits({}, 2 * gibibyte).bytes, gibibyte);
    assert.equal(compileLimits({}, gibibyte / 2).bytes, 307 * 1024 ** 2);
    assert.deepEqual(compileLimits({ compileMemory: 5, compileTimeout: 7 }), { bytes: 5, ms: 7 });
  });
});
