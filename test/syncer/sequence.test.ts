import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { sequenceFault, sequenceOf } from '#syncer/desired/sequence.ts';
import { stagesOf } from '#syncer/plan/order.ts';
import { configMap } from './samples.ts';

interface Annotations {
  readonly after?: string;
  readonly wave?: string;
}

function annotated(name: string, { after, wave }: Annotations): KubeObject {
  const object = configMap(name, '1');
  const annotations = {
    ...(after !== undefined && { 'config.kubernetes.io/depends-on': after }),
    ...(wave !== undefined && { 'argocd.argoproj.io/sync-wave': wave }),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const on = (name: string) => `/namespaces/default/ConfigMap/${name}`;

describe('sequenceOf', () => {
  it('reads references of objects with and without a namespace or a group', () => {
    const after = 'apps/namespaces/shop/Deployment/web, /Namespace/shop,rbac/ClusterRole/a';
    assert.deepEqual(sequenceOf(annotated('a', { after, wave: '-2' })), {
      wave: -2,
      dependsOn: ['apps/Deployment/shop/web', '/Namespace//shop', 'rbac/ClusterRole//a'],
    });
  });
});

describe('sequenceFault', () => {
  const cases: readonly { name: string; objects: readonly KubeObject[]; fault?: RegExp }[] = [
    { name: 'accepts an object without annotations', objects: [annotated('a', {})] },
    {
      name: 'accepts a chain of dependencies',
      objects: [annotated('a', { after: on('b') }), annotated('b', { after: on('c') })],
    },
    {
      name: 'reports a dependency cycle with all its objects',
      objects: [
        annotated('a', { after: on('b') }),
        annotated('b', { after: on('c') }),
        annotated('c', { after: on('a') }),
      ],
      fault:
        /dependency cycle: ConfigMap default\/a → ConfigMap default\/b → ConfigMap default\/c → ConfigMap default\/a/,
    },
    {
      name: 'reports an object that depends on itself',
      objects: [annotated('a', { after: on('a') })],
      fault: /dependency cycle/,
    },
    {
      name: 'reports an invalid object reference',
      objects: [annotated('a', { after: 'web' })],
      fault: /"web" is not an object reference/,
    },
    {
      name: 'reports a wave that is not an integer',
      objects: [annotated('a', { wave: 'one' })],
      fault: /"one" is not an integer/,
    },
    {
      name: 'reports a dependency in a later wave',
      objects: [annotated('a', { after: on('b') }), annotated('b', { wave: '1' })],
      fault: /a depends on ConfigMap default\/b, which has a later wave/,
    },
    {
      name: 'accepts a dependency in an earlier wave',
      objects: [annotated('a', { after: on('b'), wave: '1' }), annotated('b', {})],
    },
  ];
  for (const { name, objects, fault } of cases) {
    it(name, () => {
      const found = sequenceFault(objects);
      if (fault === undefined) assert.equal(found, undefined);
      else assert.match(found ?? '', fault);
    });
  }
});

describe('stagesOf', () => {
  it('orders objects by definition, wave, dependency and kind', () => {
    const item = (
      key: `${string}/${string}/${string}/${string}`,
      annotations: Annotations = {},
    ) => ({
      key,
      sequence: sequenceOf(annotated('x', annotations)),
    });
    const stages = stagesOf([
      item('/ConfigMap/default/late', { after: on('b') }),
      item('apps/Deployment/default/d'),
      item('/ConfigMap/default/b'),
      item('/ConfigMap/default/a'),
      item('/ConfigMap/default/early', { wave: '-1' }),
      item('/Namespace//n', { wave: '7' }),
      item('/Secret/default/later', { wave: '1' }),
    ]);
    assert.deepEqual(
      stages.map((stage) => stage.map(({ key }) => key.split('/').at(-1)).join(' ')),
      ['n', 'early', 'a b', 'd', 'late', 'later'],
    );
  });
});
