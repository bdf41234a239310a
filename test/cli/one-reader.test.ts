import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const root = join(import.meta.dirname, '../..');

/** One file of each kind that people write, in forms that YAML 1.2 forbids and kubectl reads. */
const files = {
  'regatta.yaml':
    'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {\n  featureGates: {\n  },\n}\n',
  'clusters/member1.yaml':
    'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {\n  name:\tmember1,\n  labels: {stage: "li\nve"}\n}\n',
  'policies/all.yaml': `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: everything}
spec:
  resourceSelectors: [
  {apiVersion:	v1,	kind: ConfigMap}
  ]
  placement: {clusterAffinity: {clusterNames: [
  member1
  ]}}
`,
  'templates/plain.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n  name: plain\n}\ndata: {k:\tv}\n',
  'templates/built/kustomization.yaml':
    'resources: [\n  object.yaml\n]\ncommonAnnotations: {\n  a:\t"one\ntwo"\n}\n',
  'templates/built/object.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n  name: built\n}\ndata: {k:\tv}\n',
  'templates/release.yaml':
    'apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {\n  name: web\n}\nspec: {\n  chart: charts/web,\n  valuesFiles: [\n  values.yaml\n  ]\n}\n',
  'values.yaml': 'text: {\n  word: "one\ntwo"\n}\n',
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/templates/object.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n  name: chart\n}\ndata: {\n  k:\t{{ .Values.text.word | quote }}\n}\n',
};

describe('the reader of YAML', () => {
  it('street Y1: reads every kind of file that people write', () => {
    const { status, output, rendered } = compileFiles(files);
    assert.equal(status, 0, output);
    assert.deepEqual(
      [...rendered.keys()],
      ['built', 'chart', 'plain'].map((name) => `default/configmap_${name}.yaml`),
    );
    assert.match(rendered.get('default/configmap_chart.yaml') ?? '', /k: one two\n/);
  });

  it('street Y1: is the only one', () => {
    const product = globSync('{model,compiler,syncer,review,io,cli}/**/*.ts', { cwd: root });
    assert.ok(product.length > 500);
    const others = product.filter((file) =>
      /from '(?:js-yaml|yaml)'|import\('(?:js-yaml|yaml)'\)/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    assert.deepEqual(others, []);
  });
});
