import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { configMap, LinkedFleet } from '../linked-fleet.ts';

const prefixer = `apiVersion: builtin
kind: PrefixTransformer
metadata: {name: any}
prefix: given-
fieldSpecs: [{path: metadata/name}]
`;
const replacement = `source: {kind: ConfigMap, name: mine, fieldPath: data.value}
targets: [{select: {kind: ConfigMap}, fieldPaths: [data.given], options: {create: true}}]
`;

/** Fields of a kustomization that name a file or a folder, each with the content of `map.yaml`. */
const fields: readonly (readonly [field: string, value: string, text: string])[] = [
  ['resources', '[LINK/map.yaml]', configMap('linked')],
  ['resources', '[LINK]', configMap('linked')],
  ['components', '[LINK]', configMap('linked')],
  ['configMapGenerator', '[{name: linked, files: [value=LINK/map.yaml]}]', 'given'],
  ['patches', '[{path: LINK/map.yaml}]', configMap('mine')],
  ['transformers', '[LINK/map.yaml]', prefixer],
  ['replacements', '[{path: LINK/map.yaml}]', replacement],
];
const ways = [
  { leads: 'inside the repository', target: '../../real', want: [] },
  { leads: 'out of the repository', target: '../../../outside', want: ['build/outside'] },
] as const;
const cases = fields.flatMap(([field, value, text]) =>
  ways.map((way) => ({ ...way, field, value, text })),
);

describe('EN12 K7: a build with symbolic links', () => {
  const fleet = new LinkedFleet();
  after(() => fleet.remove());
  beforeEach(() => fleet.reset());

  for (const { field, value, text, leads, target, want } of cases) {
    it(`street P18: ${want.length === 0 ? 'follows' : 'refuses'} a link in ${field}: ${value} that leads ${leads}`, async () => {
      const kind = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
      const head = field === 'components' ? kind : '';
      const kustomization = { 'kustomization.yaml': `${head}resources: [map.yaml]\n` };
      const isFolder = value === '[LINK]';
      fleet.linkTo('real', { 'map.yaml': text, ...(isFolder ? kustomization : {}) });
      fleet.write('templates/app/mine.yaml', configMap('mine', 'own'));
      const own = field === 'resources' ? '' : 'resources: [mine.yaml]\n';
      const given = `${own}${field}: ${value.replace('LINK', 'base')}\n`;
      fleet.write('templates/app/kustomization.yaml', given);
      fleet.link('templates/app/base', target);
      const { codes, output } = await fleet.compile();
      assert.deepEqual(codes, want);
      const built = [...output()].filter(([path]) => !path.includes('plain'));
      const isGiven = built.some(([path, { text }]) => /given/.test(`${path} ${text}`));
      assert.equal(isGiven, want.length === 0);
    });
  }

  it('street P18: continues at the target of a link to the folder of a kustomization', async () => {
    fleet.write('shared/app/kustomization.yaml', 'resources: [../base]\nnamePrefix: app-\n');
    fleet.write('shared/base/kustomization.yaml', 'resources: [map.yaml, own]\n');
    fleet.write('shared/base/map.yaml', configMap('map', 'behind-the-link'));
    fleet.write('shared/others/kustomization.yaml', 'resources: [../third]\n');
    fleet.write('shared/third/kustomization.yaml', 'resources: [map.yaml]\n');
    fleet.write('shared/third/map.yaml', configMap('third'));
    fleet.link('shared/base/own', '../others');
    fleet.link('templates/app', '../shared/app');
    assert.deepEqual((await fleet.compile()).codes, []);
    assert.match(fleet.rendered('app-map'), /behind-the-link/);
    fleet.rendered('app-third');
    fleet.write('shared/base/map.yaml', configMap('map', 'changed'));
    await fleet.compile();
    assert.match(fleet.rendered('app-map'), /changed/);
  });

  it('street P18: refuses a path of a linked kustomization that leads out of the repository', async () => {
    fleet.write('shared/kustomization.yaml', 'resources: [../../outside]\n');
    fleet.link('templates/deep/app', '../../shared');
    assert.deepEqual((await fleet.compile()).codes, ['build/outside']);
  });

  it('street P18: follows links in a chart to files and to the folders of library charts', async () => {
    const library = 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n';
    fleet.write('charts/lib/Chart.yaml', library);
    const name = '{{ define "lib.name" }}from-library{{ end }}\n';
    fleet.write('charts/lib/templates/_name.tpl', name);
    const dependency = 'dependencies: [{name: lib, version: 1.0.0, repository: file://../lib}]';
    const chart = `apiVersion: v2\nname: app\nversion: 1.0.0\n${dependency}\n`;
    fleet.write('charts/app/Chart.yaml', chart);
    fleet.write('charts/shared.yaml', 'value: shared\n');
    const template = configMap('{{ include "lib.name" . }}', '{{ .Values.value }}');
    fleet.write('charts/app/templates/map.yaml', template);
    fleet.link('charts/app/charts/lib', '../../lib');
    fleet.link('charts/app/values.yaml', '../shared.yaml');
    fleet.link('templates/app', '../charts/app');
    assert.deepEqual((await fleet.compile()).codes, []);
    assert.match(fleet.rendered('from-library'), /value: shared/);
  });
});
