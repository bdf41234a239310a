import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { completionScripts } from '#cli/complete/scripts.ts';
import { command } from '#test/command.ts';

const lacks = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`;

describe('street C9: completion', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-complete-'));
    for (const [cluster, file] of [
      ['eu-1', 'shop/deployment.apps_web.yaml'],
      ['eu-2', 'shop/deployment.apps_web.yaml'],
      ['us-1', '_cluster/namespace_shop.yaml'],
      ['us-1', 'till/configmap_rates.yaml'],
    ] as const) {
      const path = join(folder, 'fleet/rendered', cluster, file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    }
    writeFileSync(join(folder, 'fleet/regatta.yaml'), '');
    writeFileSync(join(folder, 'fleet/a file.yaml'), '');
    const shim = join(folder, 'regatta');
    writeFileSync(shim, `#!/bin/sh\nexec ${process.execPath} ${command} "$@"\n`);
    chmodSync(shim, 0o755);
    for (const [shell, text] of Object.entries(completionScripts)) {
      writeFileSync(join(folder, shell), text);
    }
    env = { ...process.env, HOME: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const options = {
      env: { ...env, ...more },
      cwd: join(folder, 'fleet'),
      encoding: 'utf8',
    } as const;
    const { stdout, stderr, status } = spawnSync(program, args, options);
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  };
  const answer = (...words: readonly string[]) => run('regatta', ['__complete', ...words]);
  const wordsOf = (...words: readonly string[]) =>
    answer(...words).map((line) => line.split(' ')[0]);

  it('street C9: completes commands, options, values, clusters, objects, codes and files', () => {
    assert.deepEqual(wordsOf('com'), ['compile', 'completion', ':end']);
    assert.deepEqual(wordsOf('lint', '--str'), ['--strict', ':end']);
    assert.match(answer('lint', '--str')[0] ?? '', / treat warnings as errors$/);
    assert.deepEqual(wordsOf('lint', '-o', 'g'), ['github', 'gitlab', ':end']);
    assert.deepEqual(wordsOf('lint', '--output=sa'), ['--output=sarif', ':end']);
    assert.deepEqual(wordsOf('lint', '--output', '=', 'sa'), ['sarif', ':end']);
    assert.deepEqual(wordsOf('lint', ''), [':folders']);
    assert.deepEqual(wordsOf('explain', '--cluster', 'eu'), ['eu-1', 'eu-2', ':end']);
    assert.deepEqual(wordsOf('explain', '--cluster', 'eu-1', 'de'), ['deployment/web', ':end']);
    assert.deepEqual(wordsOf('explain', '-n', 'till', ''), [
      'configmap/rates',
      'namespace/shop',
      ':end',
    ]);
    assert.deepEqual(wordsOf('explain', '-n', ''), ['shop', 'till', ':end']);
    assert.deepEqual(wordsOf('-C', ''), [':folders']);
    assert.deepEqual(wordsOf('-C', '/', 'explain', '-c', ''), [':end']);
    assert.deepEqual(wordsOf('explain', '-C', '.', '-c', 'us'), ['us-1', ':end']);
    assert.deepEqual(wordsOf('diff', '--cluster', 'us'), ['us-1', ':end']);
    assert.deepEqual(wordsOf('help', 'place/no-up'), ['place/no-upper-limit', ':end']);
    assert.deepEqual(wordsOf('blame', 'a'), [':files']);
    assert.deepEqual(wordsOf('nothing', ''), [':end']);
  });

  it('street C9: loads one command, and neither the compiler nor an engine', () => {
    const coverage = join(folder, 'coverage');
    run('regatta', ['__complete', 'explain', ''], { NODE_V8_COVERAGE: coverage });
    const texts = readdirSync(coverage).map((file) => readFileSync(join(coverage, file), 'utf8'));
    const loaded = texts.flatMap((text) =>
      (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
    );
    assert.ok(loaded.length > 0);
    const heavy = /\/(compiler|syncer|review|io\/(engine|git|kubeconfig))\/|js-yaml|undici/;
    assert.deepEqual(
      loaded.filter((url) => heavy.test(url)),
      [],
    );
  });

  it('street C9: bash', { skip: lacks('bash') }, () => {
    const complete = (...words: readonly string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const script = `source ${folder}/bash; COMP_WORDS=(regatta ${quoted}); COMP_CWORD=${words.length}; _regatta; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return run('bash', ['--norc', '-c', script]);
    };
    assert.deepEqual(complete('lint', '-o', 'j'), ['json', 'junit']);
    assert.deepEqual(complete('lint', '--output', '=', 'j'), ['json', 'junit']);
    assert.deepEqual(complete('explain', 'c'), ['configmap/rates']);
    assert.deepEqual(complete('blame', 'a'), ['a file.yaml']);
    assert.deepEqual(complete('lint', 'r'), ['rendered']);
  });

  it('street C9: zsh', { skip: lacks('zsh') }, () => {
    const complete = (...words: readonly string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const stubs = `compdef() {}; _describe() { print -l -- "\${(@P)4}" }; _files() { print -l files "$@" }`;
      const script = `${stubs}; source ${folder}/zsh; words=(regatta ${quoted}); CURRENT=${words.length + 1}; _regatta`;
      return run('zsh', ['-f', '-c', script]);
    };
    assert.deepEqual(complete('lint', '--str'), ['--strict:treat warnings as errors']);
    assert.deepEqual(complete('explain', '-c', 'eu'), ['eu-1', 'eu-2']);
    assert.deepEqual(complete('blame', ''), ['files']);
    assert.deepEqual(complete('lint', ''), ['files', '-/']);
  });

  it('street C9: fish', { skip: lacks('fish') }, () => {
    const complete = (line: string) =>
      run('fish', ['--no-config', '-c', `source ${folder}/fish; complete -C '${line}'`]);
    assert.deepEqual(complete('regatta lint --str'), ['--strict\ttreat warnings as errors']);
    assert.deepEqual(complete('regatta explain '), [
      'configmap/rates',
      'deployment/web',
      'namespace/shop',
    ]);
    assert.match(complete('regatta blame a').join(), /^a\\? file\.yaml/);
  });

  it('street C9: PowerShell passes an empty last word as --next', () => {
    assert.deepEqual(wordsOf('--next', 'explain', '-c'), ['eu-1', 'eu-2', 'us-1', ':end']);
    assert.match(completionScripts.powershell, /\$wordToComplete -eq ''.*'--next'/);
  });
});
