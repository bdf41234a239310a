import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { lacking } from '#test/lacking.ts';
import { onTerminal } from '#test/on-terminal.ts';
import { configMap } from './objects.ts';
import { runRegatta } from './scenario.ts';
import { Single } from './single.ts';

const skip = lacking('script');
const time = String.raw`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

describe('street C3: the syncer and its status on a terminal', () => {
  let single: Single;
  const access = () => [
    ...[single.repo.url, '--kubeconfig', single.fleet.kubeconfig],
    ...['--state-dir', `${single.repo.directory}/state`],
  ];
  before(async () => {
    single = await Single.open();
    await single.push({ 'default/configmap_a.json': configMap('a', '1') });
  });
  after(() => single?.close());

  it('street C3: each line of a syncer has a time, and the log is text on a terminal', {
    skip,
  }, async () => {
    const flags = ['--once', '--timeout', '60s', '--log-level', 'debug'];
    const { status, text } = await onTerminal(['sync', ...access(), ...flags], { NO_COLOR: '1' });
    assert.equal(status, 0, text);
    assert.match(text, new RegExp(`^${time} member1 {4}created {4}ConfigMap default/a`, 'm'));
    assert.match(text, new RegExp(`^${time} log {8}(debug|info) {5}`, 'm'));
    assert.doesNotMatch(text, /^\{"level"/m);
  });

  it('street C3: the log is JSON outside of a terminal, and events have times', async () => {
    const flags = ['--once', '--timeout', '60s', '--log-level', 'debug'];
    const { status, text } = await runRegatta('sync', ...access(), ...flags);
    assert.equal(status, 0, text);
    assert.match(text, new RegExp(`^${time} member1 {4}synced`, 'm'));
    assert.match(text, /^\{"level":\d+,"time":/m);
  });

  it('street C3: status --watch redraws a terminal until Ctrl+C', { skip }, async () => {
    const flags = ['--watch', '--interval', '100ms'];
    const twice = /again every 0\.1 s; Ctrl\+C ends[\s\S]*member1 +synced[\s\S]*member1 +synced/;
    const { status, text } = await onTerminal(
      ['status', ...access(), ...flags],
      { NO_COLOR: '1' },
      twice,
    );
    assert.equal(status, 0, text);
    assert.ok(text.split('\u001b[H\u001b[2J').length > 2, text);
  });

  it('street C3: status --watch appends each change elsewhere, and ends with the last status', async () => {
    const args = [command, 'status', ...access(), '--watch', '--interval', '100ms'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    let isChanged = false;
    child.stdout.on('data', async (chunk: Buffer) => {
      text += chunk;
      if (/member1 +behind/.test(text)) child.kill('SIGINT');
      if (isChanged) return;
      isChanged = true;
      await single.push({ 'default/configmap_b.json': configMap('b', '1') });
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 1, text);
    assert.equal(text.match(/^CLUSTER/gm)?.length, 2, text);
    assert.equal(text.match(new RegExp(`^${time}$`, 'gm'))?.length, 2, text);
    assert.ok(!text.includes('\u001b'));
  });

  it('street C3: status takes the repository of -C, or of the working directory', async () => {
    const [url = '', ...flags] = access();
    execFileSync('git', ['-C', single.repo.checkout, 'remote', 'add', 'origin', url]);
    const here = await runRegatta('-C', `${single.repo.checkout}/rendered`, 'status', ...flags);
    assert.match(here.text, /^member1 +behind/m);
    const none = await runRegatta('sync', ...flags, '--once');
    assert.equal(none.status, 2);
    assert.match(none.text, /missing required argument 'repo'/);
  });
});
