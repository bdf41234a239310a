import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CheckRequests, type Surroundings } from '#compiler/validate/check-requests.ts';
import type { KubeObject } from '#model/object.ts';

const plain: Surroundings = {
  release: '1.37',
  definition: undefined,
  policies: [],
  namespaceLabels: undefined,
};
const object = (name: string, rest: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  ...rest,
});
const definition = (name: string, version: string): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name },
  spec: { version },
});

/** Returns the number of checks in each request. */
function sizes(...added: readonly (readonly [KubeObject, Partial<Surroundings>])[]) {
  const requests = new CheckRequests();
  for (const [one, around] of added) {
    requests.add({ object: one, surroundings: { ...plain, ...around } });
  }
  return requests.requests.map(({ checks }) => checks.length);
}

describe('the requests of a validation', () => {
  it('EN23: checks objects with equal content once', () => {
    assert.deepEqual(sizes([object('a'), {}], [object('a'), {}], [object('b'), {}]), [2]);
  });

  it('makes a request for each release and set of policies, and a check for each update', () => {
    assert.deepEqual(sizes([object('a'), {}], [object('a'), { release: '1.34' }]), [1, 1]);
    assert.deepEqual(sizes([object('a'), {}], [object('a'), { policies: [object('p')] }]), [1, 1]);
    const requests = new CheckRequests();
    const fresh = requests.add({ object: object('a'), surroundings: plain });
    const old = object('a', { data: {} });
    assert.notEqual(requests.add({ object: object('a'), old, surroundings: plain }), fresh);
    assert.equal(requests.requests[0]?.checks.length, 2);
  });

  it('puts definitions and namespaces of several clusters into one request unless they differ', () => {
    const of = (name: string, version: string) => ({ definition: definition(name, version) });
    assert.deepEqual(sizes([object('a'), of('x', '1')], [object('b'), of('y', '1')]), [2]);
    assert.deepEqual(sizes([object('a'), of('x', '1')], [object('b'), of('x', '2')]), [1, 1]);
    const labelled = (namespaceLabels: Surroundings['namespaceLabels']) => ({ namespaceLabels });
    assert.deepEqual(
      sizes([object('a'), labelled({ a: '1' })], [object('b'), labelled({ a: '1' })]),
      [2],
    );
    assert.deepEqual(
      sizes([object('a'), labelled({ a: '1' })], [object('a'), labelled({})]),
      [1, 1],
    );
    assert.deepEqual(sizes([object('a'), labelled({ a: '1' })], [object('a'), {}]), [1, 1]);
  });
});
