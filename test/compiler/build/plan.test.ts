import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildsFor } from '#compiler/build/needed.ts';
import { buildsOf, planBuilds } from '#compiler/build/plan.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { defaultSettings } from '#model/fleet.ts';

const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const member = (name: string) =>
  `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`;

/** Returns the planned builds as `kustomize folder` and `helm folder`. */
function built(files: Readonly<Record<string, string>>): readonly string[] {
  const plan = planBuilds(new Map(Object.entries(files)), defaultSettings, () => {});
  return buildsOf(plan).map((build) =>
    build.type === 'helm' ? `helm ${build.chart}` : `kustomize ${build.directory}`,
  );
}

describe('planned builds', () => {
  const clusters = { 'clusters/m.yaml': member('m1') };
  const rows: readonly (readonly [
    title: string,
    files: Readonly<Record<string, string>>,
    want: readonly string[],
  ])[] = [
    [
      'builds every kustomization that no other one includes',
      {
        'templates/base/kustomization.yaml': 'resources: []',
        'templates/one/Kustomization': 'resources: [../base]',
        'templates/two/kustomization.yml': 'components: [../base]',
        'templates/three/kustomization.yaml': '{}',
      },
      ['kustomize templates/one', 'kustomize templates/three', 'kustomize templates/two'],
    ],
    [
      'builds no kustomization outside of templates/',
      { 'bases/a/kustomization.yaml': '{}', 'policies/kustomization.yaml': '{}' },
      [],
    ],
    [
      'builds a chart, but no subchart and no kustomization inside of it',
      {
        ...clusters,
        'templates/web/Chart.yaml': chart,
        'templates/web/charts/sub/Chart.yaml': chart,
        'templates/web/files/kustomization.yaml': '{}',
      },
      ['helm templates/web'],
    ],
    [
      'builds no library chart',
      { ...clusters, 'templates/lib/Chart.yaml': `${chart}type: library\n` },
      [],
    ],
    ['builds no chart without a cluster', { 'templates/web/Chart.yaml': chart }, []],
  ];
  for (const [title, files, want] of rows) {
    it(title, () => assert.deepEqual(built(files), want));
  }

  it('EN4: plans a chain of 2,000 kustomizations as one build', () => {
    const chain = Array.from({ length: 2000 }, (_, index) => [
      `templates/k${index}/kustomization.yaml`,
      index < 1999 ? `resources: [../k${index + 1}]` : '{}',
    ]);
    assert.deepEqual(built(Object.fromEntries(chain)), ['kustomize templates/k0']);
  });

  it('EN11: reports a kustomization that cannot be read with its position', () => {
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

  it('skips kustomizations that include a faulty one, and reports the fault once', () => {
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

  it('requests files outside of the source folders until all are known', () => {
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

describe('network access of kustomizations', () => {
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
    it(`${remote ? 'reports' : 'accepts'} ${text}`, () => {
      const found: Diagnostic[] = [];
      const files = new Map([['templates/a/kustomization.yaml', text]]);
      planBuilds(files, defaultSettings, (diagnostic) => found.push(diagnostic));
      assert.equal(
        found.some(({ code }) => code === 'build/remote'),
        remote,
      );
    });
  }
});
