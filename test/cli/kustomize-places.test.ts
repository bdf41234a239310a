import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n';
const base = { 'templates/app/web.yaml': configMap };
const resources = 'resources: [web.yaml]\n';

/** Repositories whose kustomization fails, and the start of the diagnostic. */
const cases: Readonly<Record<string, { files: Readonly<Record<string, string>>; want: string }>> = {
  'a key twice in the second document of a base': {
    files: {
      'templates/app/kustomization.yaml': 'resources: [../../bases/db]\n',
      'bases/db/kustomization.yaml': 'resources: [all.yaml]\n',
      'bases/db/all.yaml': `${configMap}---\n# the second\n${configMap.replace('web', 'db')}  labels:\n    tier: a\n    tier: b\n`,
    },
    want: 'bases/db/all.yaml:13:5: error parse/duplicate-key: kustomize cannot build templates/app: the key tier is defined twice in one map\n  bases/db/all.yaml:12:5: the first definition',
  },
  'a key twice in a patch': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}patches: [{path: patch.yaml}]\n`,
      'templates/app/patch.yaml': `${configMap}data:\n  a: b\n  a: c\n`,
    },
    want: 'templates/app/patch.yaml:7:3: error parse/duplicate-key',
  },
  'an unknown field': {
    files: { ...base, 'templates/app/kustomization.yaml': `${resources}imagess: []\n` },
    want: 'templates/app/kustomization.yaml:2:1: error build/failed: kustomize cannot build templates/app: invalid Kustomization: json: unknown field "imagess"\n  hint: did you mean images?',
  },
  'an unknown field of a patch in a base': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': 'resources: [../../bases/db]\n',
      'bases/db/kustomization.yaml': 'patches:\n- pathh: a.yaml\n',
    },
    want: 'bases/db/kustomization.yaml:2:3: error build/failed',
  },
  'a patch file for an object that does not exist': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}patches:\n- path: patch.yaml\n`,
      'templates/app/patch.yaml': `# patch\n${configMap.replace('web', 'wbe')}data: {a: b}\n`,
    },
    want: 'templates/app/patch.yaml:2:1: error build/failed: kustomize cannot build templates/app: no resource matches the patch for ConfigMap wbe\n  hint: correct the kind, the name or the namespace in the patch',
  },
  'an inline patch for an object that does not exist': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}patches:\n- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: wbe}\n    data: {a: b}\n`,
    },
    want: 'templates/app/kustomization.yaml:3:3: error build/failed: kustomize cannot build templates/app: no resource matches the patch for ConfigMap wbe',
  },
  'a JSON patch of a path that does not exist': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}patches:\n- target: {kind: ConfigMap}\n  path: patch.json\n`,
      'templates/app/patch.json':
        '[\n{"op": "add", "path": "/data", "value": {}},\n{"op": "remove", "path": "/data/a"}]',
    },
    want: 'templates/app/patch.json:3:',
  },
  'an inline JSON patch of a path that does not exist': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}patches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - op: remove\n      path: /data/a\n`,
    },
    want: 'templates/app/kustomization.yaml:6:7: error build/failed',
  },
  'an entry for the folder of a chart': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': 'resources:\n- web.yaml\n- ../../charts/db\n',
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 0.1.0\n',
    },
    want: 'templates/app/kustomization.yaml:3:3: error build/failed: kustomize cannot build templates/app: charts/db is a chart, which Kustomize does not render\n  hint: remove the entry, and write a HelmRelease with the chart charts/db',
  },
  'a generator that merges into nothing': {
    files: {
      'templates/app/kustomization.yaml':
        'configMapGenerator: [{name: app, behavior: merge, literals: [a=b]}]\n',
    },
    want: 'kustomize cannot build templates/app: merging from generator: ConfigMap app does not exist; cannot merge or replace\n',
  },
  'a namespace that makes two objects the same': {
    files: {
      'templates/app/kustomization.yaml':
        'resources: [../../bases/web, secret.yaml]\nnamespace: shop\n',
      'templates/app/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: hidden}\n',
      'bases/web/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: the-\n',
      'bases/web/all.yaml': `${configMap}  namespace: one\n---\n# the second\n${configMap}  namespace: two\n`,
    },
    want: 'templates/app/kustomization.yaml:2:12: error build/failed: kustomize cannot build templates/app: ConfigMap one/web and ConfigMap two/web would both be ConfigMap shop/the-web\n  bases/web/all.yaml:1:1: ConfigMap one/web\n  bases/web/all.yaml:8:1: ConfigMap two/web\n  hint: rename one of the two, or leave it out',
  },
  'a namespace of a component that renames several Namespaces': {
    files: {
      'templates/app/kustomization.yaml': 'components: [../part]\nresources: [ns.yaml]\n',
      'templates/app/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: two}\n',
      'templates/part/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamespace: one\nresources: [ns.yaml]\n',
      'templates/part/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: three}\n',
    },
    want: 'templates/part/kustomization.yaml:3:12: error build/failed: kustomize cannot build templates/app: Namespace two and Namespace three would both be Namespace one\n  templates/app/ns.yaml:1:1: Namespace two\n  templates/part/ns.yaml:1:1: Namespace three\n  hint: list the Namespaces in a kustomization without the field namespace',
  },
  'a replacement whose source does not exist': {
    files: {
      ...base,
      'templates/app/kustomization.yaml': `${resources}replacements:\n- source: {kind: ConfigMap, name: web}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]\n- source: {kind: ConfigMap, name: wbe}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]\n`,
    },
    want: 'templates/app/kustomization.yaml:5:3: error build/failed',
  },
};

describe('EN10: the place of a fault for which Kustomize names no file', () => {
  for (const [name, { files, want }] of Object.entries(cases)) {
    it(`EN10: is that of ${name}`, () => {
      const { status, output } = compileFiles(files);
      assert.equal(status, 1);
      assert.ok(output.includes(want), `${output}\nwanted: ${want}`);
    });
  }
});
