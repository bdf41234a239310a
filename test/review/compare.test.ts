import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { compareSnapshots } from '#review/compare.ts';
import type { Review } from '#review/review.ts';

type Tree = Readonly<Record<string, KubeObject>>;

describe('compareSnapshots', () => {
  it('folds a change that several clusters share, and lists a different one first', () => {
    const before = on(['a', 'b', 'c'], () => deployment({ image: 'web:1' }));
    const after = on(['a', 'b', 'c'], (name) =>
      deployment({ image: name === 'c' ? 'web:3' : 'web:2' }),
    );
    const { hunks } = compare(before, after);
    assert.deepEqual(
      hunks.map(({ clusters, fields }) => [clusters, fields[0]?.after]),
      [
        [['c'], 'web:3'],
        [['a', 'b'], 'web:2'],
      ],
    );
  });

  it('folds objects that are added to, removed from or moved between the same clusters', () => {
    const names = ['one', 'two'];
    const made = (cluster: string): Tree =>
      Object.fromEntries(names.map((name) => [`${cluster}/${name}`, configMap(name, {})]));
    const others = on(['a', 'b'], () => configMap('stays', {}));
    const [hunk, ...more] = compare({ ...made('a'), ...others }, { ...made('b'), ...others }).hunks;
    assert.deepEqual(more, []);
    assert.deepEqual([hunk?.type, hunk?.from, hunk?.clusters], ['moved', ['a'], ['b']]);
    assert.deepEqual(
      hunk?.objects.map(({ reference }) => reference.name),
      names,
    );
  });

  it('reports fewer replicas in total, but no move of replicas', () => {
    const before = { ...on(['a'], () => deployment({ replicas: 3 })) };
    const more = { 'b/web': deployment({ replicas: 1 }) };
    const moved = compare(
      { ...before, ...more },
      { 'a/web': deployment({ replicas: 2 }), 'b/web': deployment({ replicas: 2 }) },
    );
    assert.deepEqual(codesOf(moved), []);
    const gone = compare(before, { 'a/web': deployment({ replicas: 1 }) });
    assert.deepEqual(messagesOf(gone), ['Deployment shop/web: 2 fewer replicas in total']);
  });

  const service = (spec: object) => ({
    ...configMap('s', {}),
    kind: 'Service',
    spec: spec as never,
  });
  const role = (verbs: readonly string[]): KubeObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r' },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: [...verbs] }],
  });
  const binding = (roleName: string, subjects: readonly string[]): KubeObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'r', namespace: 'shop' },
    roleRef: { kind: 'Role', name: roleName },
    subjects: subjects.map((name) => ({ kind: 'User', name })),
  });
  const stateful = (spec: object): KubeObject => ({
    ...deployment({}),
    kind: 'StatefulSet',
    spec: { serviceName: 'web', ...spec } as never,
  });
  const pod = (spec: object): KubeObject => ({
    ...deployment({}),
    spec: { template: { spec: { containers: [{ name: 'c', ...spec }] } } } as never,
  });
  const secured = (securityContext: object) => pod({ securityContext });
  const risks: readonly (readonly [string, KubeObject, KubeObject, readonly string[]])[] = [
    ['a new image', deployment({ image: 'a:1' }), deployment({ image: 'a:2' }), ['image']],
    ['a new template', stateful({ template: { a: 1 } }), stateful({ template: { a: 2 } }), []],
    ['an open map', configMap('s', { a: '1' }), configMap('s', { a: '2' }), []],
    [
      'another selector',
      service({ selector: { a: '1' } }),
      service({ selector: { a: '2' } }),
      ['selector'],
    ],
    ['another port', service({ ports: [{ port: 1 }] }), service({ ports: [{ port: 2 }] }), []],
    ['a new verb', role(['get']), role(['get', 'delete']), ['privilege']],
    ['a removed verb', role(['get', 'delete']), role(['get']), []],
    ['a new subject', binding('r', ['a']), binding('r', ['a', 'b']), ['privilege']],
    ['privileged', secured({}), secured({ privileged: true }), ['privilege']],
    ['a capability', secured({}), secured({ capabilities: { add: ['SYS_ADMIN'] } }), ['privilege']],
    [
      'an unchanged security context',
      secured({ runAsUser: 0 }),
      secured({ runAsUser: 0, a: 1 }),
      [],
    ],
  ];
  for (const [name, before, after, codes] of risks) {
    it(`finds ${codes.length === 0 ? 'no risk' : `the risk ${codes.join(', ')}`} in ${name}`, () => {
      assert.deepEqual(codesOf(compare({ 'a/x': before }, { 'a/x': after })), codes);
    });
  }

  it('EN20: reports an update that the API server refuses with its message', () => {
    const sentence = 'Deployment shop/web cannot be updated: spec.selector: field is immutable';
    const files = (content: string) =>
      new Map([
        ['a/x', content],
        ['b/x', 'same'],
      ]);
    const review = compareSnapshots(
      { files: files('old') },
      { files: files('new') },
      () => selecting('a'),
      ({ cluster, before, after }) =>
        `${cluster} ${before} ${after}` === 'a old new' ? { refused: [sentence] } : {},
    );
    assert.deepEqual(review.hunks[0]?.risks, [{ code: 'recreate', message: sentence }]);
  });

  it('lists deletions of objects with data first', () => {
    const claim = { ...configMap('data', {}), kind: 'PersistentVolumeClaim' };
    const before = { 'a/1': configMap('m', {}), 'a/2': claim, 'a/3': deployment({ image: 'a:1' }) };
    const review = compare(before, { 'a/3': deployment({ image: 'a:2' }) });
    assert.deepEqual(codesOf(review), ['prune', 'prune-data', 'image']);
    assert.equal(review.hunks.length, 2);
  });

  it('reports no deletion of an object that keeps its live copy', () => {
    const kept = configMap('m', {});
    const annotations = { 'regatta.dev/preserve-on-deletion': 'true' };
    const before = { 'a/1': { ...kept, metadata: { ...kept.metadata, annotations } } };
    const others = on(['a'], () => configMap('stays', {}));
    assert.deepEqual(codesOf(compare({ ...before, ...others }, others)), []);
  });

  it('K33: reports a cluster whose directory disappears, and none of its objects as deleted', () => {
    const names = ['one', 'two'];
    const made = (cluster: string): Tree =>
      Object.fromEntries(names.map((name) => [`${cluster}/${name}`, configMap(name, {})]));
    const review = compare({ ...made('a'), ...made('b') }, made('a'));
    assert.deepEqual(messagesOf(review), [
      'cluster b leaves the fleet: 2 objects stay there, unmanaged',
    ]);
    assert.deepEqual(codesOf(review), ['leave']);
    assert.deepEqual(review.counts, { added: 0, changed: 0, removed: 0 });
    assert.deepEqual(review.hunks[0]?.clusters, ['b']);
    const back = compare(made('a'), { ...made('a'), ...made('b') });
    assert.deepEqual(back.counts, { added: 2, changed: 0, removed: 0 });
    const acknowledged = { 'b/_acknowledged.txt': configMap('x', {}) };
    const removed = compare({ ...made('a'), ...made('b') }, { ...made('a'), ...acknowledged });
    assert.deepEqual(removed.counts, { added: 0, changed: 0, removed: 0 });
    assert.deepEqual(removed.hunks[0]?.risks, [
      {
        code: 'leave',
        message:
          'cluster b leaves the fleet: 2 objects stay there, unmanaged, until regatta unjoin --remove deletes what is acknowledged',
      },
    ]);
  });
});

function compare(before: Tree, after: Tree): Review {
  const objects = new Map<string, KubeObject>();
  const snapshot = (tree: Tree) => ({
    files: new Map(
      Object.entries(tree).map(([path, object]) => {
        const id = JSON.stringify(object);
        objects.set(id, object);
        return [path, id];
      }),
    ),
  });
  const [base, head] = [snapshot(before), snapshot(after)];
  return compareSnapshots(base, head, (id) => objects.get(id) as KubeObject);
}

function codesOf({ hunks }: Review): readonly string[] {
  return hunks.flatMap(({ risks }) => risks.map(({ code }) => code));
}

function messagesOf({ hunks }: Review): readonly string[] {
  return hunks.flatMap(({ risks }) => risks.map(({ message }) => message));
}

function on(clusters: readonly string[], make: (cluster: string) => KubeObject): Tree {
  return Object.fromEntries(clusters.map((name) => [`${name}/web`, make(name)]));
}

function configMap(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

function deployment({
  image = 'web:1',
  replicas,
}: {
  readonly image?: string;
  readonly replicas?: number;
}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      template: { spec: { containers: [{ name: 'web', image }] } },
    },
  };
}

function selecting(app: string): KubeObject {
  const spec = { selector: { matchLabels: { app } } };
  return { ...deployment({}), spec };
}
