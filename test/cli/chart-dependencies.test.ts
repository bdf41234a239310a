import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { compileFiles } from '#test/compiled-files.ts';
import { tarOf } from '#test/tar.ts';

const release = (chart: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chart: ${chart}\n`;

const map = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: ${value}}\n`;
const chart = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`;

/** Returns a package like `helm package`. */
function packed(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return gzipSync(tarOf(...Object.entries(files).map(([name, text]) => ({ name, text }))));
}

describe('street H1: packed charts', () => {
  const lib = packed({ 'lib/Chart.yaml': chart('lib'), 'lib/templates/lib.yaml': map('lib', 'x') });
  const web = {
    'web/Chart.yaml': `${chart('web')}dependencies: [{name: lib, version: 0.1.0}]\n`,
    'web/values.yaml': 'value: packed\n',
    'web/templates/web.yaml': map('web', '{{ .Values.value }}'),
    'web/charts/lib-0.1.0.tgz': lib,
  };

  for (const path of ['charts/web-0.1.0.tgz', 'templates/packages/web-0.1.0.tgz']) {
    it(`street H1: ${path} of the repository is rendered with its packed dependencies`, () => {
      const { status, output, rendered } = compileFiles({
        'templates/web.yaml': release(path),
        [path]: packed(web),
      });
      assert.equal(status, 0, output);
      const files = ['default/configmap_lib.yaml', 'default/configmap_web.yaml'];
      assert.deepEqual([...rendered.keys()], files);
      assert.match(rendered.get(files[1] ?? '') ?? '', /value: packed/);
    });
  }

  it('street H1: a fault in a packed chart names the template in the package', () => {
    const template = map('web', '{{ required "set value" .Values.absent }}');
    const { status, output } = compileFiles({
      'templates/web.yaml': release('charts/web-0.1.0.tgz'),
      'charts/web-0.1.0.tgz': packed({ ...web, 'web/templates/web.yaml': template }),
    });
    assert.equal(status, 1);
    assert.match(output, /^charts\/web-0\.1\.0\.tgz\/templates\/web\.yaml:4:\d+: error/m);
  });
});

describe('street H4: charts without what they need', () => {
  it('street H4: a dependency that charts/ lacks has the position of its entry, and the command that fetches it', () => {
    const { status, output } = compileFiles({
      'templates/web/Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n- {name: there, version: 0.1.0}\n- name: lib\n  version: 0.1.0\n  repository: file://../lib\n',
      'templates/web/charts/there/Chart.yaml': 'apiVersion: v2\nname: there\nversion: 0.1.0\n',
    });
    assert.equal(status, 1);
    const want =
      'templates/web/Chart.yaml:6:3: error build/failed: helm cannot build templates/web for member1: Chart.yaml names lib, which the folder charts/ does not contain\n  hint: run helm dependency build templates/web and commit templates/web/charts';
    assert.ok(output.includes(want), output);
  });

  for (const [what, content] of [
    ['another text', 'package'],
    ['an archive without a chart', packed({ 'web/readme': 'none' })],
  ] as const) {
    it(`street H4: ${what} in place of a packed chart is reported as such`, () => {
      const { status, output } = compileFiles({
        'templates/web.yaml': release('charts/web-0.1.0.tgz'),
        'charts/web-0.1.0.tgz': content,
      });
      assert.equal(status, 1);
      const want =
        'templates/web.yaml:5:10: error build/not-found: HelmRelease web refers to charts/web-0.1.0.tgz, which does not exist or is not a packed chart\n  hint: correct the path, package the chart again';
      assert.ok(output.includes(want), output);
    });
  }

  it('street Z1: a kustomization in the folder of a chart is not left out silently', () => {
    const chart = {
      'templates/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'templates/web/kustomization.yaml': 'resources: [more.yaml]\n',
      'templates/web/more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n',
    };
    const alone = compileFiles(chart);
    const want =
      'templates/web/kustomization.yaml:1:1: warning build/left-out-kustomization: templates/web/kustomization.yaml is not built: its folder has a Chart.yaml, and Regatta renders it as a chart';
    assert.ok(alone.output.includes(want), alone.output);
    const used = compileFiles({
      ...chart,
      'templates/app/kustomization.yaml': 'resources: [../web]\n',
    });
    assert.ok(!used.output.includes('build/left-out-kustomization'), used.output);
    assert.deepEqual([...used.rendered.keys()], ['default/configmap_more.yaml']);
  });
});
