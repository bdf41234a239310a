import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const hook = 'helm.sh/hook: pre-install';
const maker = `apiVersion: batch/v1
kind: Job
metadata: {name: make, annotations: {${hook}}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a:1, args: [create, --secret-name=web-tls]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {${hook}}}
`;
const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: a
          image: example.com/a:1
          envFrom: [{secretRef: {name: web-tls}}, {configMapRef: {name: settings}}, {secretRef: {name: other}}]
`;

function linted(spec: string, more: Readonly<Record<string, string>> = {}): string {
  const files = {
    'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {validation: Strict}\n',
    'templates/app.yaml': `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: app}\nspec: {chart: charts/app${spec}}\n`,
    'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
    'charts/app/templates/make.yaml': maker,
    'charts/app/templates/web.yaml': web,
  };
  const kinds = ['v1 ConfigMap', 'apps/v1 Deployment', 'batch/v1 Job'];
  return compileFiles({ ...files, ...more }, kinds).output;
}

describe('street P4: objects that a hook would make', () => {
  const needs = (name: string) => new RegExp(`needs ${name}, which nothing makes\n(?:  .*\n)+`);
  const said = (output: string, name: string) => needs(name).exec(output)?.[0] ?? output;

  it('street P4: lint names the left-out hook that would make what a workload needs', () => {
    const output = linted('');
    for (const [name, kind] of [
      ['Secret default/web-tls', 'Job make'],
      ['ConfigMap default/settings', 'ConfigMap settings'],
    ] as const) {
      const text = said(output, name);
      assert.match(
        text,
        new RegExp(`charts/app/templates/make\\.yaml:\\d+:\\d+: the hook ${kind} would make it`),
      );
      assert.match(
        text,
        new RegExp(`hint: set hooks: Ordered in HelmRelease .*app to render the hook ${kind}`),
      );
    }
    assert.doesNotMatch(said(output, 'Secret default/other'), /hook/);
  });

  it('street P4: lint reports it in a namespace that the fleet does not manage, too', () => {
    const files = {
      'templates/app.yaml':
        'apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: app, namespace: shop}\nspec: {chart: charts/app}\n',
    };
    const output = linted('', files);
    assert.match(output, needs('Secret shop/web-tls'));
    assert.doesNotMatch(output, needs('Secret shop/other'));
  });

  it('street P4: lint does not report it where the release keeps its hooks', () => {
    const output = linted(', hooks: Ordered');
    assert.doesNotMatch(output, /web-tls|settings/);
  });
});
