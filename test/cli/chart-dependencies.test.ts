import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const release = (chart: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: web}\nspec:\n  chart: ${chart}\n`;

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

  it('street H4: a packed chart is not said to be absent', () => {
    const { status, output } = compileFiles({
      'templates/web.yaml': release('charts/web-0.1.0.tgz'),
      'charts/web-0.1.0.tgz': 'package',
    });
    assert.equal(status, 1);
    const want =
      'templates/web.yaml:5:10: error build/not-found: HelmRelease web refers to charts/web-0.1.0.tgz: spec.chart must be the folder of a chart, not a package\n  hint: unpack it';
    assert.ok(output.includes(want), output);
  });

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
