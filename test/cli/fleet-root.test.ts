import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterNamed } from '#test/one-member.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const settings = 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {templates: apps}\n';
const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;
const sources = { 'clusters/member1.yaml': clusterNamed('member1'), 'policies/all.yaml': policy };

describe('street C2: the root of a fleet repository', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-root-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  const regatta = (below: string, ...args: readonly string[]) => {
    const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, '.cache') };
    const { status, stdout, stderr } = runCommand(args, { cwd: join(folder, below), env });
    return { status, output: `${stdout}${stderr}` };
  };

  for (const args of [
    ['compile'],
    ['compile', '--check'],
    ['lint'],
    ['lock'],
    ['explain', 'ConfigMap/a'],
    ['blame', 'rendered/member1/default/configmap_a.yaml'],
  ]) {
    it(`street C2: regatta ${args.join(' ')} is an error where there is no fleet repository`, () => {
      write({ 'README.md': 'nothing\n' });
      const { status, output } = regatta('.', ...args);
      assert.equal(status, 2, output);
      assert.match(output, /^regatta: \/\S+ is not in a fleet repository: .* run regatta init/);
      assert.ok(!existsSync(join(folder, 'rendered')));
    });
  }

  it('street C2: compile, lint, explain and blame find the repository above the working directory', () => {
    write({ ...sources, 'regatta.yaml': settings, 'apps/shop/charts/a.yaml': configMap });
    const below = 'apps/shop/charts';
    assert.match(regatta(below, 'compile').output, /1 object/);
    const rendered = join(folder, 'rendered/member1/default/configmap_a.yaml');
    assert.ok(existsSync(rendered));
    assert.ok(!existsSync(join(folder, below, 'rendered')));
    assert.equal(regatta(below, 'lint').status, 0);
    assert.match(regatta(below, 'explain', 'ConfigMap/a').output, /member1/);
    assert.match(regatta(below, 'blame', rendered).output, /apps\/shop\/charts\/a\.yaml:2/);
    assert.equal(regatta('.', 'compile', below, '--check').status, 0);
  });

  it('street C2: a repository without regatta.yaml is found by two of its source folders', () => {
    write({ ...sources, 'templates/shop/templates/a.yaml': configMap });
    assert.equal(regatta('templates/shop', 'compile').status, 0);
    assert.ok(existsSync(join(folder, 'rendered/member1/default/configmap_a.yaml')));
  });

  it('street C2: the search does not leave a Git repository', () => {
    write({ ...sources, 'regatta.yaml': settings, 'apps/a.yaml': configMap });
    write({ 'other/.git': 'gitdir: elsewhere\n', 'other/deep/a.txt': '' });
    const { status, output } = regatta('other/deep', 'compile');
    assert.equal(status, 2);
    assert.match(output, /is not in a fleet repository/);
  });

  for (const name of ['regatta.yml', 'Regatta.yaml', 'regatta.json', '.regatta.yaml']) {
    it(`street C2: ${name} instead of regatta.yaml is an error, and nothing is written`, () => {
      write({ ...sources, [name]: settings, 'apps/a.yaml': configMap });
      for (const args of [['compile'], ['compile', '--partial'], ['lint']]) {
        const { status, output } = regatta('apps', ...args);
        assert.equal(status, 1);
        assert.ok(output.includes(`${name}:1:1: error read/misnamed-settings: `), output);
        assert.match(output, /hint: rename it to regatta\.yaml/);
      }
      assert.ok(!existsSync(join(folder, 'rendered')));
    });
  }

  it('street C2: regatta.yml beside regatta.yaml is a warning', () => {
    write({
      ...sources,
      'regatta.yaml': settings,
      'regatta.yml': settings,
      'apps/a.yaml': configMap,
    });
    const { status, output } = regatta('.', 'compile');
    assert.equal(status, 0, output);
    assert.match(output, /regatta\.yml:1:1: warning read\/misnamed-settings/);
  });
});
