import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LimitError, runLimited } from '#io/child/limits.ts';
import { processTree, treeInListing } from '#io/child/process-tree.ts';
import { until } from '#test/until.ts';

const never = new AbortController().signal;
const mebibyte = 1024 ** 2;
const hold = `globalThis.held = Buffer.alloc(150 * ${mebibyte}, 1); setInterval(() => {}, 1000);`;

let folder: string;

/** Runs a program in a child process that may use 120 MiB. The program gets a file for what it reports. */
function run(program: string, ms = 30_000, signal: AbortSignal = never): Promise<number> {
  const file = join(folder, 'program.mjs');
  const prefix = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const report = (value) => writeFileSync(${JSON.stringify(join(folder, 'report'))}, String(value));
`;
  writeFileSync(file, `${prefix}${program}`);
  const limits = { bytes: 120 * mebibyte, ms };
  return runLimited({ args: [file], subject: 'the test', limits, stdio: 'inherit' }, signal);
}

function reported(): string | undefined {
  const file = join(folder, 'report');
  return existsSync(file) ? readFileSync(file, 'utf8') || undefined : undefined;
}

function hasEnded(pid: number): boolean {
  return processTree(pid).length === 0;
}

async function expectEnd(pid: number): Promise<void> {
  await until(`process ${pid} to end`, async () => hasEnded(pid));
}

describe('K19: a child process with limits', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-child-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('K19: returns its exit status', async () => {
    assert.equal(await run('process.exit(3)'), 3);
  });

  it('K19: is killed when its buffers, which are not part of its heap, exceed the memory', async () => {
    await assert.rejects(run(`report(process.pid); ${hold}`), {
      name: 'LimitError',
      message: 'the test needed more than 120 MiB',
    });
    await expectEnd(Number(reported()));
  });

  it('K19: exceeds the memory also when its heap is full first', async () => {
    const fill = 'const all = []; for (;;) all.push({ all: [all.length] });';
    await assert.rejects(run(fill), { message: 'the test needed more than 120 MiB' });
  });

  it('K19: may not let a process of its own exceed the memory, and ends with it', async () => {
    const start = `const child = spawn(process.execPath, ['-e', ${JSON.stringify(hold)}], { detached: true });
report(child.pid); setInterval(() => {}, 1000);`;
    await assert.rejects(run(start), LimitError);
    await expectEnd(Number(reported()));
  });

  it('K19: is killed when it takes too long, also if it never returns to its event loop', async () => {
    const start = performance.now();
    await assert.rejects(run('report(process.pid); for (;;);', 1000), {
      message: 'the test took more than 1s',
    });
    assert.ok(performance.now() - start < 10_000);
    await expectEnd(Number(reported()));
  });

  it('K19: is killed when it is not needed any more', async () => {
    rmSync(join(folder, 'report'));
    const stop = new AbortController();
    const running = run('report(process.pid); for (;;);', 30_000, stop.signal);
    await until('the process to start', async () => reported());
    stop.abort(new Error('stopped'));
    await assert.rejects(running, { message: 'stopped' });
    await expectEnd(Number(reported()));
  });

  it('K19: has a folder for temporary files that ends with it', async () => {
    await run("report(process.env.TMPDIR); writeFileSync(process.env.TMPDIR + '/left', '')");
    const temporary = reported() ?? '';
    assert.match(temporary, /regatta-child-/);
    assert.equal(existsSync(temporary), false);
  });

  it('K19: is measured with `ps` where there is no /proc', () => {
    const listing = '    1     0  1000\n   10     1  2000\n   11    10  3000\n   12    11  4000\n';
    assert.deepEqual(treeInListing(10, listing), [
      { pid: 10, bytes: 2_048_000 },
      { pid: 11, bytes: 3_072_000 },
      { pid: 12, bytes: 4_096_000 },
    ]);
    assert.deepEqual(treeInListing(13, listing), []);
  });

  it('K19: is measured with all that it started', async () => {
    const child = spawn('sh', ['-c', 'sleep 30 & sleep 30 & wait'], { detached: true });
    const { pid = 0 } = child;
    await until('both processes', async () => processTree(pid).length === 3);
    assert.ok(processTree(pid).every(({ bytes }) => bytes > 0));
    process.kill(-pid, 'SIGKILL');
    await expectEnd(pid);
  });
});
