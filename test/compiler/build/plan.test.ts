import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildsFor } from '#compiler/build/needed.ts';
import { buildsOf, planBuilds } from '#compiler/build/plan.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { defaultSettings } from '#model/fleet.ts';

const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const member = (name: string) =>
  `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`;

/** What is built, as `kustomize folder` and `helm folder`. */
function built(files: Readonly<Record<string, string>>): readonly string[] {
  const plan = planBuilds(new Map(Object.entries(files)), defaultSettings, () => {});
  return buildsOf(plan).map((build) =>
    build.type === 'helm' ? `helm ${build.chart}` : `kustomize ${build.directory}`,
  );
}

describe('what is built', () => {
  const clusters = { 'clusters/m.yaml': member('m1') };
  const rows: readonly (readonly [
    title: string,
    files: Readonly<Record<string, string>>,
    want: readonly string[],
  ])[] = [
    [
      'is every kustomization that no other is built on',
      {
        'templates/base/kustomization.yaml': 'resources: []',
        'templates/one/Kustomization': 'resources: [../base]',
        'templates/two/kustomization.yml': 'components: [../base]',
        'templates/three/kustomization.yaml': '{}',
      },
      ['kustomize templates/one', 'kustomize templates/three', 'kustomize templates/two'],
    ],
    [
      'is no kustomization elsewhere',
      { 'bases/a/kustomization.yaml': '{}', 'policies/kustomization.yaml': '{}' },
      [],
    ],
    [
      'is a chart, but none in a chart, and no kustomization in one',
      {
        ...clusters,
        'templates/web/Chart.yaml': chart,
        'templates/web/charts/sub/Chart.yaml': chart,
        'templates/web/files/kustomization.yaml': '{}',
      },
      ['helm templates/web'],
    ],
    ['is no library', { ...clusters, 'templates/lib/Chart.yaml': `${chart}type: library\n` }, []],
    ['is no chart when there is no cluster', { 'templates/web/Chart.yaml': chart }, []],
  ];
  for (const [title, files, want] of rows) {
    it(title, () => assert.deepEqual(built(files), want));
  }

  it('EN4: a chain of 2,000 kustomizations is planned as one build', () => {
    const chain = Array.from({ length: 2000 }, (_, index) => [
      `templates/k${index}/kustomization.yaml`,
      index < 1999 ? `resources: [../k${index + 1}]` : '{}',
    ]);
    assert.deepEqual(built(Object.fromEntries(chain)), ['kustomize templates/k0']);
  });

  it('EN11: a kustomization that cannot be read is an error with its position', () => {
    const found: Diagnostic[] = [];
    const files = new Map([
      ['templates/base/kustomization.yaml', '{}'],
      ['templates/app/kustomization.yaml', 'resources:\n  - ../base\n  - *missing\n'],
    ]);
    planBuilds(files, defaultSettings, (diagnostic) => found.push(diagnostic));
    assert.deepEqual(
      found.map(({ code, at }) => [code, at.file, at.line]),
      [['parse/invalid-yaml', 'templates/app/kustomization.yaml', 3]],
    );
  });

  it('leaves out a kustomization that is built on a faulty one, and reports the fault once', () => {
    const found: Diagnostic[] = [];
    const files = new Map([
      ['templates/bad/kustomization.yaml', 'resources: [../../../outside]'],
      ['templates/one/kustomization.yaml', 'resources: [../bad]'],
      ['templates/two/kustomization.yaml', 'resources: [../bad]'],
    ]);
    const plan = planBuilds(files, defaultSettings, (diagnostic) => found.push(diagnostic));
    assert.deepEqual(buildsOf(plan), []);
    assert.deepEqual(
      found.map(({ code, at }) => [code, at.file]),
      [['build/outside', 'templates/bad/kustomization.yaml']],
    );
  });

  it('is asked for what lies outside of the source folders, until all is known', () => {
    const files = new Map([
      ['templates/app/kustomization.yaml', 'resources: [../../bases/app]'],
      [
        'templates/web.yaml',
        'apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: web}\nspec: {chart: charts/web, valuesFiles: [values.yaml]}\n',
      ],
    ]);
    assert.deepEqual(buildsFor(files).absent, ['bases/app', 'values.yaml', 'charts/web']);
    files.set('bases/app/kustomization.yaml', 'resources: [../common]');
    assert.deepEqual(buildsFor(files).absent, ['bases/common', 'values.yaml', 'charts/web']);
  });
});

describe('what a kustomization takes from the network', () => {
  const rows: readonly (readonly [kustomization: string, remote: boolean])[] = [
    ['resources: [github.com/example/app]', true],
    ['resources: ["git@example.com:app.git"]', true],
    ['resources: ["https://example.com/app.yaml"]', true],
    ['resources: ["ssh://git@example.com/app"]', true],
    ['resources: ["git::https://example.com/app"]', true],
    ['resources: ["example.com/app?ref=v1"]', true],
    ['components: ["https://example.com/app"]', true],
    ['openapi: {path: "https://example.com/api.json"}', true],
    ['patches: [{path: "http://example.com/patch.yaml"}]', true],
    ['replacements: [{path: "http://example.com/r.yaml"}]', true],
    ['configMapGenerator: [{name: a, envs: ["https://example.com/a.env"]}]', true],
    ['configMapGenerator: [{name: a, files: ["k=https://example.com/a"]}]', true],
    ['configMapGenerator: [{name: a, literals: ["url=https://example.com"]}]', false],
    ['commonAnnotations: {repo-url: "https://example.com"}', false],
    ['patchesStrategicMerge: ["metadata:\\n  name: a\\nurl: https://x"]', false],
    ['images: [{name: example.com/app, newName: other.example/app}]', false],
  ];
  for (const [text, remote] of rows) {
    it(`${remote ? 'is' : 'is not'} ${text}`, () => {
      const told: Diagnostic[] = [];
      const files = new Map([['templates/a/kustomization.yaml', text]]);
      planBuilds(files, defaultSettings, (diagnostic) => told.push(diagnostic));
      assert.equal(
        told.some(({ code }) => code === 'build/remote'),
        remote,
      );
    });
  }
});
