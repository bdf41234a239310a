import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { until } from '#test/until.ts';

const kind = { apiVersion: 'v1', kind: 'Widget' };
const apiVersion = 'client.authentication.k8s.io/v1';
const answer = JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: 'a' } });
let folder = '';
let server: Server;
let status = 200;

/** Runs one request with the plugin, a shell script whose name is token.sh. */
async function ask(
  script: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const plugin = join(folder, 'token.sh');
  await writeFile(plugin, `#!/bin/sh\ncd '${folder}'\n${script}\n`);
  await chmod(plugin, 0o755);
  const exec = { apiVersion, command: './token.sh', interactiveMode: 'IfAvailable' };
  const config = {
    users: [{ name: 'robot', user: { exec } }],
    clusters: [{ name: 'member1', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'member1', context: { cluster: 'member1', user: 'robot' } }],
  };
  const file = join(folder, 'kubeconfig');
  await writeFile(file, JSON.stringify(config));
  return loadFleet(file, undefined).connect('member1').isNamespaced(kind, signal);
}

/** Waits for the process id that a plugin writes, without a timer: tests mock them. */
async function startedProcess(): Promise<number> {
  for (;;) {
    const text = await readFile(join(folder, 'pid'), 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a credential plugin', { skip: process.platform === 'win32' && 'needs a shell' }, () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-plugin-'));
    server = createServer((_, response) => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(
          JSON.stringify(
            status === 200
              ? { kind: 'APIResourceList', resources: [] }
              : { message: 'robot cannot get /api' },
          ),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('K41: gets an empty standard input and no terminal', async () => {
    const asks = 'read answer </dev/tty 2>/dev/null; read answer';
    await ask(`${asks}; echo '${answer}'`);
  });

  it('K41: ends after 20 s with all that it started, and its last line is reported', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const words = "printf 'x\\n\\033[31mpassword for robot:\\033[0m\\n\\n' >&2";
      const script = `${words}; trap '' TERM; sleep 600 & echo $! >pid; wait; sleep 600`;
      const failed = assert.rejects(ask(script), {
        message: 'credential plugin token.sh did not finish within 20 s: password for robot:',
      });
      const pid = await startedProcess();
      mock.timers.tick(19_999);
      await new Promise(setImmediate);
      assert.ok(isRunning(pid));
      mock.timers.tick(1);
      await failed;
      mock.timers.reset();
      await until('the plugin’s process to end', async () => !isRunning(pid));
    } finally {
      mock.timers.reset();
      await rm(join(folder, 'pid'), { force: true });
    }
  });

  it('K41: ends when it writes more than 1 MiB', async () => {
    await assert.rejects(ask('echo $$ >pid; while :; do echo 0123456789abcdef; done'), {
      message: 'credential plugin token.sh wrote more than 1 MiB',
    });
    const pid = await startedProcess();
    await until('the plugin to end', async () => !isRunning(pid));
    await rm(join(folder, 'pid'));
  });

  it('K41: holds up no request that is stopped', async () => {
    const stop = new AbortController();
    const asked = ask('echo $$ >pid; exec sleep 600', stop.signal);
    const pid = await startedProcess();
    stop.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
    process.kill(pid, 'SIGKILL');
    await rm(join(folder, 'pid'));
  });

  it('K41: does not outlive the syncer', async () => {
    const script = `
      const { loadFleet } = await import(${JSON.stringify(import.meta.resolve('#io/kubernetes/kubeconfig.ts'))});
      loadFleet(process.argv[1]).connect('member1').isNamespaced({ apiVersion: 'v1', kind: 'A' }, new AbortController().signal);
      process.stdin.once('data', () => process.exit());`;
    await ask(`echo '${answer}'`);
    await writeFile(
      join(folder, 'token.sh'),
      `#!/bin/sh\necho $$ >${folder}/pid\nexec sleep 600\n`,
    );
    const args = ['--input-type=module', '-e', script, join(folder, 'kubeconfig')];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
    const pid = await startedProcess();
    child.stdin.write('x');
    await once(child, 'exit');
    await until('the plugin to end', async () => !isRunning(pid));
    await rm(join(folder, 'pid'));
  });

  it('K41: is started once for requests that ask at the same time', async () => {
    await rm(join(folder, 'count'), { force: true });
    const script = `echo x >>count; echo '${answer}'`;
    await ask(script);
    const cluster = loadFleet(join(folder, 'kubeconfig'), undefined).connect('member1');
    const never = new AbortController().signal;
    await Promise.all(
      ['v1', 'a/v1', 'b/v1'].map((apiVersion) =>
        cluster.isNamespaced({ apiVersion, kind: 'A' }, never),
      ),
    );
    assert.equal(await readFile(join(folder, 'count'), 'utf8'), 'x\nx\n');
  });

  it('K41: is not started again right after it failed', async () => {
    await rm(join(folder, 'count'), { force: true });
    await assert.rejects(ask('echo x >>count; echo expired >&2; exit 3'), {
      message: 'credential plugin token.sh failed with exit code 3: expired',
    });
    const cluster = loadFleet(join(folder, 'kubeconfig'), undefined).connect('member1');
    const never = new AbortController().signal;
    for (const apiVersion of ['v1', 'a/v1', 'b/v1']) {
      await assert.rejects(cluster.isNamespaced({ apiVersion, kind: 'A' }, never), /expired$/);
    }
    assert.equal(await readFile(join(folder, 'count'), 'utf8'), 'x\nx\n');
  });

  it('K41: does not fail a request because another one for the same kind was stopped', async () => {
    const script = `[ -e slow ] && { echo $$ >pid; rm slow; exec sleep 600; }; echo '${answer}'`;
    await ask(script);
    await writeFile(join(folder, 'slow'), '');
    const cluster = loadFleet(join(folder, 'kubeconfig'), undefined).connect('member1');
    const stop = new AbortController();
    const never = new AbortController().signal;
    const stopped = assert.rejects(cluster.isNamespaced(kind, stop.signal), /stopped/);
    const ended = { message: 'credential plugin token.sh was ended by SIGKILL' };
    const other = assert.rejects(cluster.isNamespaced(kind, never), ended);
    const pid = await startedProcess();
    stop.abort(new Error('stopped'));
    await stopped;
    process.kill(pid, 'SIGKILL');
    await rm(join(folder, 'pid'));
    await other;
  });

  it('K42: names the holder of refused credentials, and repeats the server’s words for a 403', async () => {
    try {
      status = 401;
      const refused = { message: 'the API server refused the credentials of user robot (401)' };
      await assert.rejects(ask(`echo '${answer}'`), refused);
      status = 403;
      await assert.rejects(ask(`echo '${answer}'`), { message: 'robot cannot get /api' });
    } finally {
      status = 200;
    }
  });
});
