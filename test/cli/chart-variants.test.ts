/** Tests the faults of a HelmRelease that Regatta builds several times, because its values differ between clusters. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';
import { clusterNamed } from '#test/one-member.ts';

const clusters = ['member1', 'member2', 'member3'].map((name) => [
  `clusters/${name}.yaml`,
  clusterNamed(name),
]);
const release = `apiVersion: regatta.dev/v1alpha1
kind: HelmRelease
metadata: {name: app, namespace: shop}
spec: {chart: charts/app, values: {cluster: "\${cluster.name}"}}
`;
const onMember2 = (text: string) => `{{ if eq .Values.cluster "member2" }}${text}{{ end }}`;

/** Returns the first lines of all diagnostics of a chart with one template, without those of policies. */
function faultsOf(template: string): readonly string[] {
  const { output } = compileFiles(
    {
      ...Object.fromEntries(clusters),
      'templates/app.yaml': release,
      'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
      'charts/app/templates/a.yaml': template,
    },
    ['v1 ConfigMap', 'apps/v1 Deployment'],
  );
  return output
    .split('\n')
    .filter((line) => line.startsWith('charts/'))
    .map((line) => line.replace('charts/app/templates/a.yaml', 'a.yaml'));
}

const map = (fields: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {cluster: {{ .Values.cluster }}}}\n${fields}\n`;
const ciphertext = 'ENC[AES256_GCM,data:R0lWRU5VUA==,iv:AAAA,tag:AAAA,type:str]';

/** Several faults in one chart, because each compile takes a second. */
const objects = [
  map('').replace('name: a', 'name: "A b"'),
  map('').replace('name: a', 'generateName: a'),
  map('').replace('name: a', 'name: twice'),
  map('data: {b: c}').replace('name: a', 'name: twice'),
  map('').replace('apiVersion: v1', 'apiVersion: unknown.example/v1'),
  map('data: {a: b, a: {{ .Values.cluster }}}'),
  map(onMember2(`data: {a: "${ciphertext}"}`)).replace('name: a', 'name: sealed'),
  onMember2('\nkind: ConfigMap\nmetadata: {name: b}'),
].join('---\n');

const cases = [
  {
    title:
      'street P9: a fault of objects is reported once, with the clusters where not all have it',
    template: objects,
    want: [
      'a.yaml:3:12: error parse/invalid-value: ConfigMap: metadata.name is not a valid name of a Kubernetes object: "A b"',
      'a.yaml:8:12: error parse/generated-name: ConfigMap has metadata.generateName, from which the API server would generate a new name on each apply',
      'a.yaml:16:1: error parse/duplicate-object: ConfigMap shop/twice is defined twice',
      'a.yaml:22:1: error parse/unknown-scope: ConfigMap a has no namespace, and it is unknown whether kind ConfigMap of unknown.example is namespaced',
      'a.yaml:29:1: warning parse/duplicate-key: chart app: template app/templates/a.yaml: the key a is defined twice in one map',
      'a.yaml:34:41: error build/encrypted-input: ConfigMap sealed: data.a is text that SOPS encrypted, from charts/app/templates/a.yaml (on member2)',
      'a.yaml:37:1: error parse/missing-field: ConfigMap lacks apiVersion (on member2)',
    ],
  },
  {
    title: 'street P9: an error of Helm is reported once, with all clusters',
    template: map('data: {{ required "give x" .Values.x }}'),
    want: [
      'a.yaml:4:10: error build/failed: helm cannot build charts/app as HelmRelease shop/app for member1, member2, member3: execution error at (app/templates/a.yaml:4:9): give x',
    ],
  },
  {
    title: 'street P9: an error of Helm on one cluster is reported with that cluster',
    template: map(onMember2('data: {{ required "give x" .Values.x }}')),
    want: [
      'a.yaml:4:47: error build/failed: helm cannot build charts/app as HelmRelease shop/app for member2: execution error at (app/templates/a.yaml:4:46): give x',
    ],
  },
  {
    title: 'street P9: a fault of a workload on one cluster is reported with that cluster',
    template:
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: {{ if eq .Values.cluster "member2" }}many{{ else }}2{{ end }}\n',
    want: [
      'a.yaml:5:3: error interpret/failed: Deployment shop/a: spec.replicas must be a whole number (on member2)',
    ],
  },
];

describe('street P9: a fault in chart output', () => {
  for (const { title, template, want } of cases) {
    it(title, () => {
      assert.deepEqual(faultsOf(template), want);
    });
  }
});
