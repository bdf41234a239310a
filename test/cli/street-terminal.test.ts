import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hasColours, paintCluster, paintDiagnostic } from '#cli/print/colour.ts';
import { command } from '#test/command.ts';
import { lacking } from '#test/lacking.ts';
import { onTerminal } from '#test/on-terminal.ts';
import { clusterNamed } from '#test/one-member.ts';

const control = '\u001b[';
const skip = lacking('script');

describe('street C3: output on a terminal', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-terminal-'));
    for (const name of ['clusters', 'templates', 'sound/clusters', 'sound/templates']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const part of ['', 'sound']) {
      writeFileSync(join(folder, part, 'clusters/m.yaml'), clusterNamed('member1'));
    }
    writeFileSync(join(folder, 'templates/a.yaml'), 'kind: [\n');
    // The first check of 600 objects takes more than a second on any machine.
    const names = Array.from({ length: 600 }, (_, index) => `n${index}`);
    const namespaces = names.map(
      (n) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${n}}\n`,
    );
    writeFileSync(join(folder, 'sound/templates/a.yaml'), namespaces.join('---\n'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const red = `${control}31merror${control}39m parse/invalid-yaml`;

  it('street C3: colours severities on a terminal, unless NO_COLOR is set', { skip }, async () => {
    const shown = await onTerminal(['lint', folder]);
    assert.equal(shown.status, 1, shown.text);
    assert.ok(shown.text.includes(red), shown.text);
    const plain = await onTerminal(['lint', folder], { NO_COLOR: '1' });
    assert.ok(!plain.text.includes(`${control}31m`), plain.text);
    assert.match(plain.text, /: error parse\/invalid-yaml/);
  });

  it('street C3: colours nothing in a pipe, unless FORCE_COLOR is set', () => {
    const lint = (more: NodeJS.ProcessEnv) => {
      const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: undefined, ...more };
      const args = [command, 'lint', folder];
      return spawnSync(process.execPath, args, { encoding: 'utf8', env }).stdout;
    };
    assert.ok(!lint({}).includes(control));
    assert.ok(lint({ FORCE_COLOR: '1' }).includes(red));
    assert.ok(!lint({ FORCE_COLOR: '1', NO_COLOR: '1' }).includes(control));
  });

  it('street C3: decides on colours by the terminal and the environment', () => {
    const terminal = { isTTY: true };
    assert.equal(hasColours(terminal, {}), true);
    assert.equal(hasColours(terminal, { TERM: 'dumb' }), false);
    assert.equal(hasColours(terminal, { FORCE_COLOR: '0' }), false);
    assert.equal(hasColours({}, {}), false);
  });

  it('street C3: colours the word of a line, and no name or message', () => {
    const bold = paintCluster('2026-11-30T09:12:03Z member1    refused    unknown failed');
    assert.equal(
      bold,
      `2026-11-30T09:12:03Z member1    ${control}31mrefused${control}39m    unknown failed`,
    );
    assert.equal(paintCluster('member1: ConfigMap a is failed'), 'member1: ConfigMap a is failed');
    assert.equal(paintDiagnostic('an error in a.yaml'), 'an error in a.yaml');
  });

  it('street C3: shows progress on a terminal after a second, and removes it at the end', {
    skip,
  }, async () => {
    // Without its cache, the engine checks each object.
    const cache = { XDG_CACHE_HOME: join(folder, 'cache') };
    const { status, text } = await onTerminal(['lint', join(folder, 'sound')], cache);
    assert.equal(status, 0, text);
    assert.ok(text.includes(`\r${control}K| checking the fleet (1 s)`), JSON.stringify(text));
    const [, rest = ''] = /.*checking the fleet \(\d+ s\)(.*)$/s.exec(text) ?? [];
    assert.ok(rest.startsWith(`\r${control}K`), JSON.stringify(text));
    rmSync(cache.XDG_CACHE_HOME, { recursive: true });
    const inCi = await onTerminal(['lint', join(folder, 'sound')], { ...cache, CI: 'true' });
    assert.doesNotMatch(inCi.text, /checking the fleet/);
  });
});
