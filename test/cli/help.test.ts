import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diagnosticHelp } from '#io/diagnostic-help.ts';
import { istioVersion } from '#model/istio-engine.ts';
import { command } from '#test/command.ts';

function regatta(...args: readonly string[]) {
  const how = { encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], how);
  return { status, stdout, stderr };
}

describe('street V3: what lint covers', () => {
  it('street V3: lint --help and docs/validation.md state what is checked, with which code, and what is not', () => {
    const help = regatta('lint', '--help').stdout;
    const guide = readFileSync(join(import.meta.dirname, '../../docs/validation.md'), 'utf8');
    assert.match(
      help,
      /by Kubernetes code {2}.*built-in kind[\s\S]*by Regatta[\s\S]*not checked {9}/,
    );
    const [, unchecked = ''] = help.split('not checked');
    const facts = [/admission webhooks/i, /quotas/i, /limit ranges/i, /SOPS/, /custom resources/i];
    for (const fact of facts) {
      assert.match(unchecked, fact);
      const rows = guide.split('\n').filter((line) => /\| not checked/.test(line));
      assert.ok(
        rows.some((row) => fact.test(row)),
        `${fact}`,
      );
    }
  });
});

describe('street C9: help where one is', () => {
  it('street C9: help of a diagnostic code prints what it means and its remedy', () => {
    const { status, stdout } = regatta('help', 'read/misnamed-settings');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^read\/misnamed-settings\n\nThe top of the repository has a file such as/,
    );
    for (const [code, text] of diagnosticHelp()) assert.ok(text.length > 20, code);
  });

  it('street C9: help of an unknown code is an error that names the nearest code', () => {
    const { status, stderr } = regatta('help', 'read/misnamed-setings');
    assert.equal(status, 2);
    assert.match(stderr, /did you mean read\/misnamed-settings\?/);
  });

  it('street C9: help lists the commands, and the options of one', () => {
    assert.match(regatta('help').stdout, /\n {2}compile .*\n[\s\S]*\n {2}version /);
    assert.match(regatta('help', 'compile').stdout, /^Usage: regatta compile/);
  });

  it('street C9: version prints one line, or JSON', () => {
    assert.match(regatta('version').stdout, /^\d+\.\d+\.\d+\n$/);
    const { version, node, istio } = JSON.parse(regatta('version', '-o', 'json').stdout);
    assert.equal(istio, istioVersion);
    assert.deepEqual([`${version}\n`, node], [regatta('--version').stdout, process.versions.node]);
  });
});
