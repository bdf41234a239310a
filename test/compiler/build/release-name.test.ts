import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildsFor } from '#compiler/build/needed.ts';
import { compile } from '#compiler/compile.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';

const cluster =
  'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata:\n  name: member1\n';
const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

function diagnosticsOf(files: FileMap): string {
  const all = new Map([...files, ['clusters/member1.yaml', cluster]]);
  assert.deepEqual(buildsFor(all).builds, [], 'nothing is built');
  return compile(all, new Map(), { profile: 'regatta' })
    .diagnostics.map((one) => formatDiagnostic(one))
    .join('\n');
}

describe('the name of a release', () => {
  const names = [
    ...['--x', '--post-renderer=run', '-f', 'a_b', 'a b', '.x', 'x.', 'a..b', 'é', '$(x)'],
    'a'.repeat(54),
  ];
  for (const name of names) {
    it(`K3: refuses a chart in the folder ${name}`, () => {
      const text = diagnosticsOf(new Map([[`templates/${name}/Chart.yaml`, chart]]));
      assert.ok(
        text.startsWith(
          `templates/${name}/Chart.yaml:1:1: error parse/invalid-value: the folder name "${name}" is not a valid release name\n`,
        ),
        text,
      );
    });
  }

  for (const name of ['web', 'Web', 'a'.repeat(53), 'a.b-c', '0']) {
    it(`K3: names the release of a chart in the folder ${name} in lower case`, () => {
      const files = new Map([
        [`templates/${name}/Chart.yaml`, chart],
        ['clusters/member1.yaml', cluster],
      ]);
      const [build] = buildsFor(files).builds;
      assert.ok(build?.type === 'helm');
      assert.equal(build.releaseName, name.toLowerCase());
    });
  }

  it('K3: requires a releaseName when the name of a HelmRelease is not a valid release name', () => {
    const release = (spec: string) =>
      `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata:\n  name: A_b\nspec:\n  chart: charts/web\n${spec}`;
    const files = new Map([['charts/web/Chart.yaml', chart]]);
    assert.match(
      diagnosticsOf(new Map([...files, ['templates/a.yaml', release('')]])),
      /^templates\/a.yaml:4:9: error parse\/invalid-value: HelmRelease A_b: metadata.name is not a valid release name\n/,
    );
    assert.match(
      diagnosticsOf(new Map([...files, ['templates/a.yaml', release('  releaseName: --x\n')]])),
      /error parse\/invalid-value: HelmRelease A_b: spec.releaseName must be the name of a Helm release/,
    );
  });
});
