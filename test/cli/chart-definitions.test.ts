/** Which CustomResourceDefinitions of the repository a chart sees on each cluster, and how often it is built. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { countedCommand } from '#test/counted-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-definitions-'));
const repo = join(folder, 'fleet');
const clusters = ['member1', 'member2', 'member3'];
const { kept: run } = countedCommand(folder);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repo, path)), { recursive: true });
  writeFileSync(join(repo, path), text);
}

/** Compiles the repository with an empty cache. Returns the builds of charts, and what the chart `app` saw by cluster. */
function compile() {
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  const { status, asked, output } = run(repo, 'compile');
  assert.equal(status, 0, output);
  const saw = clusters.map((cluster) => {
    const file = join(repo, 'rendered', cluster, 'default/configmap_app.yaml');
    return existsSync(file) ? (/gauges: "?(\w+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '') : '';
  });
  return { built: asked.filter((name) => name === 'app').length, saw };
}

const gauges = (versions: string, labels = '{}') => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gauges.example.com, labels: ${labels}}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gauge, plural: gauges, singular: gauge, listKind: GaugeList}
  versions: ${versions}
`;
const schema = 'schema: {openAPIV3Schema: {type: object}}';
const v1 = `[{name: v1, served: true, storage: true, ${schema}}]`;
const unserved = `[{name: v1, served: false, storage: true, ${schema}}, {name: v2, served: true, storage: false, ${schema}}]`;

function policy(name: string, kind: string, placement: string): string {
  const apiVersion = kind === 'ConfigMap' ? 'v1' : 'apiextensions.k8s.io/v1';
  return `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: ${name}}
spec:
  resourceSelectors: [{apiVersion: ${apiVersion}, kind: ${kind}}]
  placement: ${placement}
`;
}

const onMember2 = '{clusterAffinity: {clusterNames: [member2]}}';
const hasGauges = '.Capabilities.APIVersions.Has "example.com/v1/Gauge"';
const map = (question = hasGauges) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {gauges: "{{ ${question} }}"}\n`;

function release(name: string, fields = ''): string {
  return `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: ${name}}\nspec: {chart: charts/${name}${fields}}\n`;
}

function chart(name: string): void {
  write(`charts/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`);
}

describe('EN14: the definitions of the repository that a chart sees', () => {
  beforeEach(() => {
    rmSync(repo, { recursive: true, force: true });
    for (const name of clusters) {
      write(
        `clusters/${name}.yaml`,
        `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`,
      );
    }
    write('policies/maps.yaml', policy('maps', 'ConfigMap', '{}'));
    write(
      'policies/definitions.yaml',
      policy('definitions', 'CustomResourceDefinition', onMember2),
    );
    write('templates/app.yaml', release('app'));
    chart('app');
    write('charts/app/templates/map.yaml', map());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('EN14: are those that the policies place on the cluster', () => {
    write('templates/gauges.yaml', gauges(v1));
    assert.deepEqual(compile(), { built: 2, saw: ['false', 'true', 'false'] });
    write('templates/gauges.yaml', gauges(unserved));
    assert.deepEqual(compile().saw, ['false', 'false', 'false']);
  });

  it('EN14: are those that spread constraints leave on their earlier cluster', () => {
    write('templates/gauges.yaml', gauges(v1));
    compile();
    const spread = '{spreadConstraints: [{spreadByField: cluster, minGroups: 1, maxGroups: 1}]}';
    write('policies/definitions.yaml', policy('definitions', 'CustomResourceDefinition', spread));
    assert.deepEqual(compile().saw, ['false', 'true', 'false']);
  });

  it('EN14: include those of kustomizations, and of the folder crds/ of any chart', () => {
    write('templates/gauges/kustomization.yaml', 'resources: [gauges.yaml]\n');
    write('templates/gauges/gauges.yaml', gauges(v1));
    assert.deepEqual(compile(), { built: 2, saw: ['false', 'true', 'false'] });
    rmSync(join(repo, 'templates/gauges'), { recursive: true });
    write('templates/gauges.yaml', release('gauges'));
    chart('gauges');
    write('charts/gauges/crds/gauges.yaml', gauges(v1));
    assert.deepEqual(compile().saw, ['false', 'true', 'false']);
    write('templates/gauges.yaml', release('gauges', ', includeCRDs: false'));
    assert.deepEqual(compile().saw, ['false', 'false', 'false']);
  });

  it('EN14: include none from the templates of charts; apiVersions of the HelmRelease adds them everywhere', () => {
    write('templates/gauges.yaml', release('gauges'));
    chart('gauges');
    write('charts/gauges/templates/gauges.yaml', gauges(v1));
    assert.deepEqual(compile().saw, ['false', 'false', 'false']);
    write('templates/app.yaml', release('app', ', apiVersions: [example.com/v1/Gauge]'));
    assert.deepEqual(compile(), { built: 1, saw: ['true', 'true', 'true'] });
  });

  it('EN14: cost a build only where the chart asks for them', () => {
    write('templates/gauges.yaml', gauges(v1));
    const other = '.Capabilities.APIVersions.Has "example.com/v2"';
    write('charts/app/templates/map.yaml', map(other));
    assert.deepEqual(compile(), { built: 1, saw: ['false', 'false', 'false'] });
    const computed = '.Capabilities.APIVersions.Has (printf "%s/v1/Gauge" "example.com")';
    write('charts/app/templates/map.yaml', map(computed));
    assert.deepEqual(compile(), { built: 2, saw: ['false', 'true', 'false'] });
  });

  it('EN14: are seen by a template among the values', () => {
    write('templates/gauges.yaml', gauges(v1));
    write('charts/app/templates/map.yaml', map('tpl .Values.question .'));
    const question = `{{ ${hasGauges} }}`;
    write('templates/app.yaml', release('app', `, values: {question: '${question}'}`));
    assert.deepEqual(compile(), { built: 2, saw: ['false', 'true', 'false'] });
  });
});
