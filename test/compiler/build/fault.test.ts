import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '#compiler/build/fault.ts';
import type { FileMap } from '#model/files.ts';
import type { HelmBuild } from '#model/template-build.ts';

const files: FileMap = new Map([
  ['charts/web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
  ['charts/web/values.yaml', 'a: b\nc: [\n'],
]);

function positionOf(message: string) {
  const build: HelmBuild = {
    type: 'helm',
    chart: 'charts/web',
    releaseName: 'web',
    namespace: 'default',
    values: {},
    includeCRDs: true,
    apiVersions: [],
  };
  const release = { file: 'templates/web.yaml', line: 1, column: 1 };
  const [fault] = faultsOf({ build, at: () => release }, { type: 'failed', message }, files);
  return fault?.at;
}

describe('the positions of chart errors', () => {
  it('EN15: an error in a chart file that Helm cannot read has its file and line', () => {
    const cause = 'error converting YAML to JSON: yaml: line 2: did not find expected node content';
    assert.deepEqual(positionOf(`cannot load values.yaml: ${cause}`), {
      file: 'charts/web/values.yaml',
      line: 2,
      column: 1,
    });
    assert.deepEqual(positionOf(`cannot load Chart.yaml: ${cause}`), {
      file: 'charts/web/Chart.yaml',
      line: 2,
      column: 1,
    });
  });

  it('EN15: any other chart error has the position of the release', () => {
    assert.deepEqual(positionOf('cannot load it: yaml: line 2'), {
      file: 'templates/web.yaml',
      line: 1,
      column: 1,
    });
  });
});
