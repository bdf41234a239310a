import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { locate } from '#io/git/commands/queries.ts';
import { runGit } from '#io/git/process.ts';
import { openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';

const never = new AbortController().signal;
const { PATH: path } = process.env;
let folder = '';
const file = (name: string) => join(folder, name);

describe('K64: processes of git', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-processes-'));
    await mkdir(file('bin'));
    await mkdir(file('running'));
  });
  after(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true, force: true });
  });

  async function putOnPath(lines: string): Promise<void> {
    await writeFile(file('bin/git'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    process.env.PATH = `${file('bin')}${delimiter}${path}`;
  }

  it('K64: at most eight git commands run at once, and a waiting one can be stopped', async () => {
    const count = `ls '${file('running')}' | wc -l >> '${file('counts')}'`;
    await putOnPath(
      `touch '${file('running')}'/$$; ${count}; sleep 0.2; rm '${file('running')}'/$$`,
    );
    const stop = new AbortController();
    const runs = Array.from({ length: 20 }, () => runGit(folder, locate(), never));
    const stopped = runGit(folder, locate(), stop.signal);
    stop.abort(new Error('stopped'));
    await assert.rejects(stopped, /stopped/);
    await Promise.all(runs);
    const counts = (await readFile(file('counts'), 'utf8')).trim().split('\n').map(Number);
    assert.equal(counts.length, 20);
    assert.ok(Math.max(...counts) <= 8, `${counts}`);
  });

  it('K64: git and everything that it started end with the process that ran it', async () => {
    await putOnPath(`echo $$ > '${file('pid')}'; sleep 97 & sleep 97`);
    const module = (name: string) => pathToFileURL(join(import.meta.dirname, '../../io/git', name));
    const script = `import { existsSync } from 'node:fs';
      import { runGit } from '${module('process.ts')}';
      import { locate } from '${module('commands/queries.ts')}';
      runGit(process.cwd(), locate(), new AbortController().signal).catch(() => {});
      setInterval(() => existsSync('${file('pid')}') && process.exit(3), 20);`;
    const args = ['--input-type=module', '--eval', script];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 3, stderr);
    assert.deepEqual(await groupOf(Number(await readFile(file('pid'), 'utf8'))), []);
  });

  it('K64: git that starts processes without end is stopped', async () => {
    await putOnPath('for i in $(seq 40); do sleep 98 & done; wait');
    await assert.rejects(runGit(folder, locate(), never), /started \d+ processes/);
    assert.deepEqual(await processesOf('sleep\u000098'), []);
  });

  it('K64: a fetch from a shallow source that lacks commits says so, and continues when it is complete', async () => {
    process.env.PATH = path;
    const repo = await FleetRepo.make();
    const git = (...args: readonly string[]) => execFileSync('git', args, { stdio: 'pipe' });
    for (const n of [1, 2, 3]) await repo.push({ 'rendered/m/a.yaml': `a: ${n}\n` });
    git('clone', '-q', '--bare', '--depth=2', `file://${repo.url}`, file('shallow.git'));
    for (const name of ['allowFilter', 'allowAnySHA1InWant']) {
      git('-C', file('shallow.git'), 'config', `uploadpack.${name}`, 'true');
    }
    const source = await openGit({
      ...{ repo: `file://${file('shallow.git')}`, branch: 'main', path: 'rendered' },
      ...{ stateDirectory: file('state'), allowRewind: false },
    });
    await source.fetch(never);
    for (const n of [4, 5, 6]) await repo.push({ 'rendered/m/a.yaml': `a: ${n}\n` });
    git('-C', file('shallow.git'), 'fetch', '-q', '--depth=1', 'origin', '+main:main');
    await assert.rejects(
      source.fetch(never),
      /the source is a shallow clone, which lacks the commits/,
    );
    git('-C', file('shallow.git'), 'fetch', '-q', '--unshallow', 'origin');
    assert.equal((await source.fetch(never)).length, 40);
    await repo.remove();
  });
});

async function groupOf(id: number): Promise<readonly string[]> {
  return processes(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === id && state !== 'Z';
  });
}

async function processesOf(command: string): Promise<readonly string[]> {
  return processes(async (pid) =>
    (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(command),
  );
}

async function processes(holds: (pid: string) => Promise<boolean>): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => holds(pid).catch(() => false)));
  return pids.filter((_, index) => found[index]);
}
