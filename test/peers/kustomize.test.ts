/** Builds kustomizations with the engine and with a stock kubectl, and compares the bytes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runBuilds } from '#io/engine/builds.ts';
import { readFiles } from '#io/files/files.ts';
import type { FileMap } from '#model/files.ts';
import { buildKey, type KustomizeBuild } from '#model/template-build.ts';
import { program } from '../programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-kustomize-'));
const map =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map # a comment\ndata:\n  a: "1"\n';
const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: example.com/web:1.0
          envFrom: [{configMapRef: {name: settings}}]
`;

interface Row {
  readonly name: string;
  readonly kustomization: string;
  readonly more?: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = [
  {
    name: 'prefix, namespace and labels',
    kustomization:
      'namePrefix: a-\nnamespace: shop\nlabels: [{pairs: {team: shop}, includeSelectors: true}]',
  },
  {
    name: 'a generator that adds a digest to the name',
    kustomization: 'configMapGenerator: [{name: settings, literals: [A=1], files: [f.bin]}]',
    more: { 'f.bin': 'x\u0001y' },
  },
  {
    name: 'a strategic merge',
    kustomization: 'patches: [{path: p.yaml}]',
    more: {
      'p.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: null}\n',
    },
  },
  {
    name: 'a patch that replaces all annotations',
    kustomization: `patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"b": "1"}}]'}]`,
  },
  {
    name: 'a patch that tests for annotations',
    kustomization: `patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/metadata/annotations/b", "value": "1"}]'}]`,
  },
  {
    name: 'a patch that removes metadata',
    kustomization: `patches: [{target: {kind: ConfigMap}, patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: map, annotations: {$patch: replace, c: d}}}'}]`,
  },
  {
    name: 'a replacement by annotations',
    kustomization: `replacements: [{source: {kind: ConfigMap, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.a], options: {create: true}}]}]`,
  },
  {
    name: 'annotations that are not created',
    kustomization: 'commonAnnotations: {q: w}\nconfigurations: [c.yaml]',
    more: { 'c.yaml': 'commonAnnotations: [{path: spec/none, create: false}]\n' },
  },
  { name: 'origins', kustomization: 'buildMetadata: [originAnnotations]' },
  {
    name: 'origins and transformations',
    kustomization: 'buildMetadata: [transformerAnnotations, originAnnotations]\nnameSuffix: -b',
  },
  {
    name: 'transformations alone',
    kustomization: 'buildMetadata: [transformerAnnotations]\nnameSuffix: -b',
  },
  { name: 'a sort order', kustomization: 'sortOptions: {order: fifo}' },
  {
    name: 'images and replicas',
    kustomization:
      'images: [{name: example.com/web, newTag: "2"}]\nreplicas: [{name: web, count: 5}]',
  },
  {
    name: 'a component',
    kustomization: 'components: [part]',
    more: {
      'part/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\nresources: [m.yaml]\n',
      'part/m.yaml': map.replace('map #', 'other #'),
    },
  },
  {
    name: 'a variable',
    kustomization:
      'vars: [{name: A, objref: {apiVersion: v1, kind: ConfigMap, name: map}, fieldref: {fieldpath: metadata.name}}]',
  },
  {
    name: 'an inline transformer',
    kustomization:
      'transformers: ["{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: t-, fieldSpecs: [{path: metadata/name}]}"]',
  },
  { name: 'keys in another case', kustomization: 'NamePrefix: a-\nnamePrefix: b-' },
];

async function built(directory: string, files: FileMap, more: Partial<KustomizeBuild> = {}) {
  const build: KustomizeBuild = { type: 'kustomize', directory, folders: [directory], ...more };
  const results = await runBuilds([build], files, { memory: 'none' });
  const result = results.get(buildKey(build));
  assert.ok(result?.type === 'kustomized' && result.error === '', JSON.stringify(result));
  return result;
}

function stock(directory: string): string {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' } as const;
  return execFileSync(program('kubectl'), ['kustomize', directory], options);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('Kustomize as an engine and as a program', () => {
  after(() => rmSync(folder, { recursive: true }));

  for (const [index, { name, kustomization, more = {} }] of rows.entries()) {
    it(`EN9: the engine prints the bytes of kubectl for ${name}`, async () => {
      const directory = `app-${index}`;
      write(
        `${directory}/kustomization.yaml`,
        `resources: [map.yaml, web.yaml]\n${kustomization}\n`,
      );
      const files = Object.entries({ 'map.yaml': map, 'web.yaml': web, ...more });
      for (const [path, text] of files) write(`${directory}/${path}`, text);
      const { documents } = await built(directory, readFiles(folder, [directory]));
      assert.equal(documents.map(({ text }) => text).join('---\n'), stock(directory));
      const known = documents.filter(({ origin }) => origin !== null);
      assert.equal(known.length, documents.length, 'the engine reports the origin of every object');
    });
  }

  for (const directory of ['templates/shop/base', 'templates/shop/overlays/production']) {
    it(`EN9: the engine prints the bytes of kubectl for ${directory} of the example`, async () => {
      const example = join(import.meta.dirname, '../../examples/kustomize');
      const { documents } = await built(directory, readFiles(example, ['.']), { folders: ['.'] });
      const text = documents.map((document) => document.text).join('---\n');
      assert.equal(text, stock(join(example, directory)));
    });
  }

  it('EN10: the engine writes the origins of a remote base as kubectl does', async () => {
    const git = (cwd: string, ...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
        cwd: join(folder, cwd),
        stdio: 'pipe',
      });
    write(
      'author/deploy/kustomization.yaml',
      'resources: [../common]\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n',
    );
    write('author/common/kustomization.yaml', 'resources: [map.yaml]\nnamePrefix: my-\n');
    write('author/common/map.yaml', map);
    git('author', 'init', '--quiet', '--initial-branch=main');
    git('author', 'add', '--all');
    git('author', 'commit', '--quiet', '--message', 'a');
    git('.', 'clone', '--quiet', '--bare', 'author', 'bases.git');
    const address = `file://${folder}/bases.git//deploy?ref=main`;
    write(
      'site/kustomization.yaml',
      `resources: [${JSON.stringify(address)}]\nbuildMetadata: [originAnnotations, transformerAnnotations]\nnameSuffix: -s\n`,
    );
    const want = stock('site');
    assert.match(want, /repo: file:/);
    const fetched = [...readFiles(join(folder, 'author'), ['common', 'deploy'])];
    const files = new Map([
      ...readFiles(folder, ['site']),
      ...fetched.map(([path, text]) => [`.fetched/bases-1/${path}`, text] as const),
    ]);
    const remote = { path: '.fetched/bases-1/deploy', top: '.fetched/bases-1', isFile: false };
    const { documents } = await built('site', files, {
      folders: ['.fetched/bases-1', 'site'],
      remotes: { [address]: remote },
    });
    assert.equal(documents.map(({ text }) => text).join('---\n'), want);
  });
});
