import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compile, decideFleet, outputOf } from '#compiler/compile.ts';
import { decisionFor, decisionOf } from '#compiler/explain/file.ts';
import { earlierIn } from '#compiler/validate/earlier.ts';
import type { FileMap } from '#model/files.ts';
import { type KubeObject, keyOf } from '#model/object.ts';
import { foldPath, renderedPaths } from '#model/rendered-path.ts';
import { parseYaml } from '#model/yaml.ts';

type Named = readonly [kind: string, name: string];

/** The names of OpenShift's objects may contain capitals. */
const group = 'k.openshift.io';

/** Returns a fleet repository that places these objects on cluster `one`, and the last ones also on `two`. */
function fleet(objects: readonly Named[], alsoOnTwo: readonly Named[] = []): FileMap {
  const kinds = [...new Set([...objects, ...alsoOnTwo].map(([kind]) => kind))];
  const policy = (clusters: readonly string[], name: string, selected: object) => ({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name, namespace: 'default' },
    spec: {
      resourceSelectors: kinds.map((kind) => ({
        apiVersion: `${group}/v1`,
        kind,
        labelSelector: { matchLabels: selected },
      })),
      placement: { clusterAffinity: { clusterNames: clusters } },
    },
  });
  const templates = [...objects, ...alsoOnTwo].map(([kind, name]) => ({
    apiVersion: `${group}/v1`,
    kind,
    metadata: {
      ...{ name, namespace: 'default' },
      labels: { on: alsoOnTwo.some((one) => `${one}` === `${[kind, name]}`) ? 'both' : 'one' },
    },
    spec: { of: `${kind} ${name}` },
  }));
  const cluster = (name: string) => ({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
  });
  return new Map([
    ['clusters/one.yaml', JSON.stringify(cluster('one'))],
    ['clusters/two.yaml', JSON.stringify(cluster('two'))],
    ['policies/one.yaml', JSON.stringify(policy(['one'], 'one', { on: 'one' }))],
    ['policies/both.yaml', JSON.stringify(policy(['one', 'two'], 'both', { on: 'both' }))],
    ['templates/all.yaml', templates.map((one) => JSON.stringify(one)).join('\n---\n')],
  ]);
}

/** Returns the names of kind and object in each rendered file, by path below `rendered/`. */
function rendered(files: FileMap): ReadonlyMap<string, string> {
  const { diagnostics, desired } = compile(files, new Map());
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  const output = [...outputOf(desired)].filter(([path]) => path.startsWith('rendered/'));
  return new Map(
    output.map(([path, { text }]) => {
      const [{ kind, metadata }] = parseYaml(text) as unknown as readonly [KubeObject];
      return [path.slice('rendered/'.length), `${kind} ${metadata.name}`];
    }),
  );
}

describe('the files of rendered objects', () => {
  it('K39: S17: renders two kinds that differ only in their case, each to a file of its own', () => {
    const files = rendered(fleet([['Foo', 'a']], [['FOO', 'a']]));
    assert.deepEqual([...files.values()].toSorted(), ['FOO a', 'FOO a', 'Foo a']);
    assert.deepEqual(
      [...files.keys()].map((path) => path.replace(/~[0-9a-f]{16}/, '~*')).toSorted(),
      // Cluster `two` has no other such object.
      [
        'one/default/foo.k.openshift.io_a~*.yaml',
        'one/default/foo.k.openshift.io_a~*.yaml',
        'two/default/foo.k.openshift.io_a.yaml',
      ],
    );
  });

  it('K39: does not let two names share a file where the file system ignores the case', () => {
    const files = rendered(
      fleet([
        ['Foo', 'role:A'],
        ['Foo', 'role:a'],
        ['Foo', 'b'],
      ]),
    );
    assert.equal(files.get('one/default/foo.k.openshift.io_b.yaml'), 'Foo b');
    assert.equal(new Set([...files.keys()].map(foldPath)).size, 3);
  });

  it('K39: renders names of 253 characters, and of any length that did not fit', () => {
    const long = (last: string) => `${'n'.repeat(252)}${last}`;
    const files = rendered(
      fleet([
        ['Foo', long('a')],
        ['Foo', long('b')],
      ]),
    );
    assert.deepEqual([...files.values()].toSorted(), [`Foo ${long('a')}`, `Foo ${long('b')}`]);
    for (const path of files.keys()) {
      assert.ok(Buffer.byteLength(path.split('/').at(-1) ?? '') <= 255, path);
    }
  });

  it('K39: finds the object of each file, and the file of each object', () => {
    const files = fleet([
      ['Foo', 'a'],
      ['FOO', 'a'],
      ['Foo', 'b'],
    ]);
    const decisions = decideFleet(files, new Map(), { profile: 'regatta' }, () => {});
    for (const [path, name] of rendered(files)) {
      const { object } = decisionFor(`rendered/${path}`, decisions);
      assert.equal(`${object.kind} ${object.metadata.name}`, name);
      assert.equal(decisionOf(keyOf(object), 'one', decisions)?.object.kind, object.kind);
    }
    assert.equal(decisionOf(`${group}/Foo/default/c`, 'one', decisions), undefined);
    assert.throws(
      () => decisionFor('rendered/one/default/foo.k.openshift.io_a.yaml', decisions),
      /compile does not write .*; the objects that would share it have default\/foo\.k\.openshift\.io_a~\S+, default/,
    );
  });

  it('K39: compares an object with its own earlier file after another one shares it', () => {
    const before = outputOf(compile(fleet([['Foo', 'a']]), new Map()).desired);
    const find = earlierIn(
      new Map([...before].map(([path, { text }]) => [path, text])),
      'rendered',
    );
    const of = (kind: string) => {
      const object = {
        apiVersion: `${group}/v1`,
        kind,
        metadata: { name: 'a', namespace: 'default' },
      };
      return find({ cluster: 'one', object } as unknown as Parameters<typeof find>[0])?.kind;
    };
    assert.deepEqual([of('Foo'), of('FOO')], ['Foo', undefined]);
  });

  it('K39: gives objects of one cluster distinct files of at most 255 bytes, and keeps plain names', () => {
    const letters = fc.constantFrom(
      'a',
      'A',
      'é',
      'e\u0301',
      'ß',
      'SS',
      'ſ',
      's',
      '~0123456789abcdef',
      '.',
      '_',
    );
    const name = fc.string({ unit: letters, minLength: 1, maxLength: 140 });
    const kind = fc.constantFrom('Foo', 'FOO', 'fOO');
    const inGroup = fc.constantFrom(
      '',
      'k.openshift.io',
      `${`${'g'.repeat(60)}.`.repeat(4)}openshift.io`,
    );
    const key = fc
      .tuple(inGroup, kind, name)
      .map(([of, one, called]) => `${of}/${one}/default/${called}` as const);
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), (keys) => {
        const paths = [...renderedPaths(keys).values()];
        assert.equal(new Set(paths.map(foldPath)).size, keys.length);
        for (const path of paths) {
          assert.ok(Buffer.byteLength(path.split('/').at(-1) ?? '') <= 255, path);
          assert.equal(path, path.normalize());
        }
      }),
    );
    const plain = 'apps/Deployment/shop/web' as const;
    assert.equal(renderedPaths([plain]).get(plain), 'shop/deployment.apps_web.yaml');
  });
});
