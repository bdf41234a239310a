import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { sequenceFault, sequenceOf } from '#syncer/desired/sequence.ts';
import { stagesOf } from '#syncer/plan/order.ts';
import { configMap } from './samples.ts';

interface Said {
  readonly after?: string;
  readonly wave?: string;
}

function said(name: string, { after, wave }: Said): KubeObject {
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
    assert.deepEqual(sequenceOf(said('a', { after, wave: '-2' })), {
      wave: -2,
      dependsOn: ['apps/Deployment/shop/web', '/Namespace//shop', 'rbac/ClusterRole//a'],
    });
  });
});

describe('sequenceFault', () => {
  const cases: readonly { name: string; objects: readonly KubeObject[]; fault?: RegExp }[] = [
    { name: 'no annotation', objects: [said('a', {})] },
    { name: 'a chain', objects: [said('a', { after: on('b') }), said('b', { after: on('c') })] },
    {
      name: 'a circle',
      objects: [
        said('a', { after: on('b') }),
        said('b', { after: on('c') }),
        said('c', { after: on('a') }),
      ],
      fault:
        /dependency cycle: ConfigMap default\/a → ConfigMap default\/b → ConfigMap default\/c → ConfigMap default\/a/,
    },
    { name: 'itself', objects: [said('a', { after: on('a') })], fault: /dependency cycle/ },
    {
      name: 'no reference',
      objects: [said('a', { after: 'web' })],
      fault: /"web" is not an object reference/,
    },
    { name: 'no number', objects: [said('a', { wave: 'one' })], fault: /"one" is not an integer/ },
    {
      name: 'a later wave',
      objects: [said('a', { after: on('b') }), said('b', { wave: '1' })],
      fault: /a depends on ConfigMap default\/b, which has a later wave/,
    },
    { name: 'an earlier wave', objects: [said('a', { after: on('b'), wave: '1' }), said('b', {})] },
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
  it('orders by definition, wave, dependency and kind', () => {
    const item = (key: `${string}/${string}/${string}/${string}`, words: Said = {}) => ({
      key,
      sequence: sequenceOf(said('x', words)),
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
