/** Counts the builds that commands ask of the engines, in a fleet whose builds an earlier command has carried out. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { commitAll, countedCommand } from '#test/counted-command.ts';
import { clusterNamed } from '#test/one-member.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-remembered-'));
const repo = join(folder, 'fleet');
const { alone: count } = countedCommand(folder);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repo, path)), { recursive: true });
  writeFileSync(join(repo, path), text);
}

/** Runs the command in the repository. Returns what it built, by folder or release, and its output. */
function run(...args: readonly string[]) {
  const { status, asked, output } = count(repo, ...args);
  return { status, built: asked.toSorted(), output };
}

const commit = () => commitAll(repo);

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: all, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [member1, member2]}}
`;
const map = (name: string, fields = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n${fields}`;

for (const name of ['member1', 'member2']) write(`clusters/${name}.yaml`, clusterNamed(name));
write('policies/all.yaml', policy);
write('templates/faulty.yaml', map('a/b'));
write('templates/app/kustomization.yaml', 'resources: [map.yaml]\n');
write('templates/app/map.yaml', map('kustomized'));
write(
  'templates/web.yaml',
  `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: web, namespace: default}\nspec: {chart: charts/web, values: {v: "\${cluster.name}"}}\n`,
);
write('charts/web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
write('charts/web/templates/a.yaml', map('charted', 'data: {v: {{ .Values.v }}}\n'));
spawnSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: repo });

/** The builds of the fleet: a kustomization, and a release with the values of two clusters. */
const everything = ['templates/app', 'web', 'web'];
const chart = ['web', 'web'];

describe('street P2: builds are remembered by every command', () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('street P2: a compile that fails remembers its builds for the next one', () => {
    const failed = run('compile');
    assert.equal(failed.status, 1);
    assert.deepEqual(failed.built, everything, failed.output);
    rmSync(join(repo, 'templates/faulty.yaml'));
    const { status, built, output } = run('compile');
    assert.equal(status, 0, output);
    assert.deepEqual(built, []);
    commit();
  });

  it('street P2: lint, explain and blame build nothing again', () => {
    const commands = [
      ['lint'],
      ['explain', 'configmap/kustomized'],
      ['blame', 'rendered/member1/default/configmap_kustomized.yaml'],
    ];
    for (const args of commands) {
      const { status, built, output } = run(...args);
      assert.equal(status, 0, output);
      assert.deepEqual(built, [], args.join(' '));
    }
  });

  it('street P2: explain and blame look for template lines once, and only in the chart of the object', () => {
    const first = run('explain', 'configmap/charted');
    assert.match(first.output, /charts\/web\/templates\/a\.yaml:1/);
    assert.deepEqual(first.built, chart);
    const file = 'rendered/member1/default/configmap_charted.yaml';
    const commands = [['explain', 'configmap/charted'], ['blame', file], ['compile'], ['lint']];
    for (const args of commands) {
      const { status, built, output } = run(...args);
      assert.equal(status, 0, output);
      assert.deepEqual(built, [], args.join(' '));
    }
  });

  it('street P2: diff builds only what no command has built', () => {
    write('templates/app/map.yaml', map('kustomized', 'data: {a: b}\n'));
    assert.deepEqual(run('compile').built, ['templates/app']);
    commit();
    write('templates/app/map.yaml', map('kustomized', 'data: {a: c}\n'));
    commit();
    const { status, built, output } = run('diff', '--base', 'HEAD~2');
    assert.equal(status, 1, output);
    assert.deepEqual(built, ['templates/app']);
    assert.deepEqual(run('diff', '--base', 'HEAD~2').built, []);
  });

  it('street P2: a build with an error of Helm or Kustomize is remembered, too', () => {
    write(
      'charts/web/templates/a.yaml',
      map('charted', 'data: {v: {{ required "v" .Values.w }}}\n'),
    );
    write('templates/app/kustomization.yaml', 'resources: [none.yaml]\n');
    const failed = run('compile');
    assert.equal(failed.status, 1, failed.output);
    assert.deepEqual(failed.built, everything);
    for (const name of ['compile', 'lint']) assert.deepEqual(run(name).built, [], name);
  });
});
