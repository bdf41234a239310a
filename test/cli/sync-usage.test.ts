import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { command } from '#test/command.ts';

/** Invalid command lines, with the message for each. */
const cases: readonly (readonly [string, RegExp])[] = [
  ['agent repo', /--cluster <name>' not specified/],
  ['agent --cluster ../x repo', /expected a cluster name/],
  ['sync --verify tags repo', /--verify <what>' needs '--verify-keys <path>'/],
  ['agent --cluster m --verify commits repo', /needs '--verify-keys <path>'/],
  ['sync --compile --verify-keys keys repo', /'--compile' cannot be used with/],
  ['sync --git-limit none repo', /expected a number of MiB/],
];

describe('a state directory that cannot be created', { skip: process.platform !== 'linux' }, () => {
  for (const line of [
    'sync --once --timeout 20s --state-dir /proc/x .',
    'status --state-dir /proc/x .',
  ]) {
    it(`K51: ends the command: ${line.split(' ')[0]}`, () => {
      const directory = mkdtempSync(join(tmpdir(), 'regatta-usage-'));
      const kubeconfig = join(directory, 'kubeconfig');
      writeFileSync(kubeconfig, '{}');
      const args = [...line.split(' '), '--kubeconfig', kubeconfig];
      const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
        encoding: 'utf8',
        timeout: 30_000,
      });
      rmSync(directory, { recursive: true });
      assert.match(
        stderr,
        /cannot create the state directory \/proc\/x.*: no such file or directory; check the path/,
      );
      assert.notEqual(status, 0);
    });
  }
});

describe('the command lines of sync and agent', () => {
  for (const [line, message] of cases) {
    it(`are invalid: ${line}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [command, ...line.split(' ')], {
        encoding: 'utf8',
      });
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});

describe('a webhook secret without a key', () => {
  it('K53: S19: is refused before the syncer starts', () => {
    const directory = mkdtempSync(join(tmpdir(), 'regatta-usage-'));
    const [kubeconfig, secret] = [join(directory, 'kubeconfig'), join(directory, 'secret')];
    writeFileSync(kubeconfig, '{}');
    writeFileSync(secret, 'whsec_\n');
    const listen = ['--listen', '127.0.0.1:0', '--webhook-secret-file', secret];
    const args = ['sync', directory, '--kubeconfig', kubeconfig, '--state-dir', directory];
    const { status, stderr } = spawnSync(process.execPath, [command, ...args, ...listen], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    rmSync(directory, { recursive: true });
    assert.match(stderr, /the webhook secret has no key/);
    assert.notEqual(status, 0);
    assert.notEqual(status, null);
  });
});
