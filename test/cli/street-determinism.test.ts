import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { clusterNamed } from '#test/one-member.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-same-'));
const map = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: ${value}}\n`;
const chart = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`;
const release = (name: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: ${name}}\nspec: {chart: charts/${name}, random: Seeded}\n`;

/** A chart with random values and the time, and kustomizations that share a base. */
const files: Readonly<Record<string, string>> = {
  'clusters/member1.yaml': clusterNamed('member1'),
  'policies/all.yaml': `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`,
  'templates/release.yaml': release('seeded'),
  'charts/seeded/Chart.yaml': chart('seeded'),
  'charts/seeded/templates/app.yaml': map(
    'seeded',
    '{{ randAlphaNum 20 }}-{{ uuidv4 }}-{{ now | date "2006" }}',
  ),
  'templates/one/kustomization.yaml': 'resources: [../../base]\nnamePrefix: one-\n',
  'templates/two/kustomization.yaml':
    'resources: [../../base]\nnamePrefix: two-\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n',
  'base/kustomization.yaml': 'resources: [map.yaml]\n',
  'base/map.yaml': map('base', 'x'),
};

/** More builds, among them a base that Kustomize reads only from another folder. */
const others: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((index) => [
      [`templates/0-${index}/Chart.yaml`, chart(`other${index}`)],
      [`templates/0-${index}/templates/a.yaml`, map(`other${index}`, '{{ now | date "2006" }}')],
    ]),
  ),
  'templates/0-base/kustomization.yaml': 'resources: [../../base]\nnamePrefix: zero-\n',
};

/** Makes a fleet at a path, compiles it, and returns the rendered files by path. */
function compiled(
  path: string,
  {
    more = {},
    cores,
  }: { readonly more?: Readonly<Record<string, string>>; readonly cores?: number } = {},
): ReadonlyMap<string, string> {
  const fleet = join(folder, path);
  for (const [file, text] of Object.entries({ ...files, ...more })) {
    mkdirSync(dirname(join(fleet, file)), { recursive: true });
    writeFileSync(join(fleet, file), text);
  }
  const patch = `import os from "node:os"; import { syncBuiltinESMExports } from "node:module"; os.availableParallelism = () => ${cores}; syncBuiltinESMExports();`;
  const preload =
    cores === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(patch)}`];
  const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache', path) };
  const args = [...preload, command, 'compile', fleet];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  const output = join(fleet, 'rendered/member1/default');
  return new Map(
    readdirSync(output)
      .filter((name) => !/other|zero/.test(name))
      .map((name) => [name, readFileSync(join(output, name), 'utf8')]),
  );
}

describe('street H3: the result of a build', () => {
  let first: ReadonlyMap<string, string>;
  before(() => {
    first = compiled('first');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('street H3: is complete', () => {
    assert.equal(first.size, 4);
    assert.match(first.get('configmap_seeded.yaml') ?? '', /value: \w{20}-[\w-]{36}-2000$/m);
  });

  it('street H3: does not depend on the folder above', () => {
    assert.deepEqual(compiled('deeper/another name/fleet'), first);
  });

  it('street H3: does not depend on the number of cores', () => {
    assert.deepEqual(compiled('many-cores', { cores: 8 }), first);
  });

  it('street H3: does not depend on other builds, or on their order', () => {
    assert.deepEqual(compiled('more-in-order', { more: others, cores: 1 }), first);
  });

  it('street H3: does not depend on builds that the cache remembers', () => {
    rmSync(join(folder, 'first/rendered'), { recursive: true });
    assert.deepEqual(compiled('first'), first);
  });
});
