/** Tests what becomes of the hooks of a chart. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const kinds = ['v1 ConfigMap', 'v1 ServiceAccount', 'apps/v1 Deployment', 'batch/v1 Job'];
const pod = '{spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a}]}}';
const job = (name: string, annotations: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: {${annotations}}}\nspec: {template: ${pod}}\n`;

const templates = [
  job('make', 'helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "5"'),
  'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: maker, annotations: {helm.sh/hook: pre-install}}\n',
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: example.com/a}]}}}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, annotations: {config.kubernetes.io/depends-on: /namespaces/shop/ServiceAccount/x}}\n',
  job('patch', 'helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded'),
  job('probe', 'helm.sh/hook: test'),
  job('clean', 'helm.sh/hook: pre-delete'),
];

function compiled(spec: string, more: Readonly<Record<string, string>> = {}) {
  const files = {
    'templates/app.yaml': `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: app, namespace: shop}\nspec: {chart: charts/app${spec}}\n`,
    'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
    'charts/app/templates/a.yaml': templates.join('---\n'),
  };
  return compileFiles({ ...files, ...more }, kinds);
}

const line = (text: string | undefined, name: string) =>
  text
    ?.split('\n')
    .find((one) => one.trimStart().startsWith(`${name}:`))
    ?.trim();

describe('street P4: hooks of a chart', () => {
  const ordered = compiled(', hooks: Ordered');

  it('street P4: are left out, each with one warning for all clusters and versions', () => {
    const cluster = (name: string, version: string) =>
      `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nstatus: {kubernetesVersion: ${version}}\n`;
    const { status, output, rendered } = compiled(`, values: {name: "\${cluster.name}"}`, {
      'clusters/member1.yaml': cluster('member1', 'v1.33.1'),
      'clusters/member2.yaml': cluster('member2', 'v1.34.1'),
      'clusters/member3.yaml': cluster('member3', 'v1.35.1'),
      'charts/app/templates/b.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {v: {{ .Capabilities.KubeVersion.Version }}}\n',
    });
    assert.equal(status, 0, output);
    const warnings = output.split('\n').filter((one) => one.includes('build/hook-left-out'));
    assert.equal(warnings.length, 4, output);
    assert.match(output, /hint: set hooks: Ordered in the HelmRelease/);
    assert.deepEqual(
      [...rendered.keys()],
      ['shop/configmap_own.yaml', 'shop/configmap_v.yaml', 'shop/deployment.apps_web.yaml'],
    );
  });

  it('street P4: hooks: Ordered renders them as objects that wait for each other', () => {
    const { status, output, rendered } = ordered;
    assert.equal(status, 0, output);
    const dependsOn = (file: string) =>
      line(rendered.get(file), 'config.kubernetes.io/depends-on')?.split(': ')[1];
    assert.deepEqual(
      [...rendered.keys()].map((file) => [file, dependsOn(file)]),
      [
        ['shop/configmap_own.yaml', '/namespaces/shop/ServiceAccount/x'],
        ['shop/deployment.apps_web.yaml', 'batch/namespaces/shop/Job/make'],
        ['shop/job.batch_make.yaml', '/namespaces/shop/ServiceAccount/maker'],
        ['shop/job.batch_patch.yaml', 'apps/namespaces/shop/Deployment/web'],
        ['shop/serviceaccount_maker.yaml', undefined],
      ],
    );
  });

  it('street P4: a changed hook is replaced unless its delete policy keeps it', () => {
    const { rendered } = ordered;
    const isReplaced = (name: string) =>
      line(rendered.get(`shop/job.batch_${name}.yaml`), 'regatta.dev/replace') !== undefined;
    assert.deepEqual([isReplaced('make'), isReplaced('patch')], [true, false]);
  });

  it('street P4: hooks of deletions stay left out with a warning, those of tests without one', () => {
    const { output } = ordered;
    const warnings = output.split('\n').filter((one) => one.includes('build/hook-left-out'));
    assert.equal(warnings.length, 1, output);
    assert.match(warnings.join(), /Job clean is not rendered: it is a Helm hook \(pre-delete\)/);
  });
});
