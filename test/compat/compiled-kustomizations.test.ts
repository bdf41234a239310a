/** What `regatta compile` renders of unusual kustomizations, compared with the objects of native Kustomize. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import { compileDirectory } from '#cli/fleet/compile.ts';
import type { CompileResult } from '#cli/fleet/compile-result.ts';
import { clusterNamed } from '#test/one-member.ts';
import { kustomizeBuild, type NativeResult } from './native.ts';
import { oddKustomizations } from './odd-kustomizations.ts';

type Fields = Readonly<Record<string, unknown>>;

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {k: v}\n';
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...oddKustomizations,
  'generators whose files have a byte order mark and Windows line ends': {
    'app/kustomization.yaml':
      '\ufeffresources: [map.yaml]\r\nconfigMapGenerator: [{name: g, files: [text.txt], envs: [a.env]}]\r\n',
    'app/map.yaml': `\ufeff${map}`.replaceAll('\n', '\r\n'),
    'app/text.txt': '\ufeffwith a mark\r\nand returns\r\n',
    'app/a.env': '\ufeffA=1\r\nB=two words\r\n',
  },
  'namespaces of cluster-scoped kinds and of subjects': {
    'app/kustomization.yaml': 'resources: [all.yaml]\nnamespace: shop\n',
    'app/all.yaml': [
      map,
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: []\n',
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app}\n',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: readers}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}\nsubjects: [{kind: ServiceAccount, name: app, namespace: default}, {kind: ServiceAccount, name: other, namespace: there}]\n',
    ].join('---\n'),
  },
};

/** The kind Boat of one case, whose scope the repository must name. */
const settings =
  'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {kinds: [{group: e.com, kind: Boat, scope: Namespaced}]}\n';

const policy = (kinds: readonly string[]) => `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [${kinds.join(', ')}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

/** Builds the kustomization of a fleet with Kustomize, and compiles the fleet with a policy for what Kustomize built. */
async function built(root: string): Promise<{
  readonly native: NativeResult;
  readonly compiled: CompileResult;
}> {
  const native = await kustomizeBuild(join(root, 'templates/app'));
  const found = native.type === 'printed' ? objectsIn(native.text).values() : [];
  const kinds = Array.from(
    found,
    ({ apiVersion, kind }) => `{apiVersion: ${apiVersion}, kind: ${kind}}`,
  );
  const selectors = kinds.length === 0 ? ['{apiVersion: v1, kind: ConfigMap}'] : kinds;
  write(root, { 'policies/all.yaml': policy([...new Set(selectors)]) });
  return { native, compiled: await compileDirectory(root) };
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Returns the objects of a text by kind, namespace and name. A namespaced object without a namespace is in `default`. */
function objectsIn(text: string): ReadonlyMap<string, Fields> {
  return new Map(
    (loadAll(text) as readonly (Fields | null)[])
      .flatMap((object) => (object === null ? [] : [withoutDefault(object)]))
      .map((object): readonly [string, Fields] => {
        const { name, namespace } = Object(object.metadata);
        return [`${object.kind} ${namespace} ${name}`, object];
      }),
  );
}

function withoutDefault(object: Fields): Fields {
  const { namespace, ...metadata } = Object(object.metadata);
  return namespace === 'default' ? { ...object, metadata } : object;
}

describe('kustomizations that Kustomize builds', () => {
  for (const [name, files] of Object.entries(cases)) {
    it(`street Z2: compile renders, or refuses, ${name} like Kustomize`, async () => {
      const root = mkdtempSync(join(tmpdir(), 'regatta-odd-'));
      try {
        write(root, { 'clusters/member1.yaml': clusterNamed('member1'), 'regatta.yaml': settings });
        write(join(root, 'templates'), files);
        const { native, compiled } = await built(root);
        assert.equal(compiled.ok, native.type === 'printed', JSON.stringify(compiled.diagnostics));
        if (native.type !== 'printed') return;
        const rendered = [...compiled.output()].filter(([path]) => path.startsWith('rendered/'));
        const text = rendered.map(([, file]) => file.text).join('---\n');
        assert.deepEqual(objectsIn(text), objectsIn(native.text));
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }
});
