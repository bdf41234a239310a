import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { isNoOpApply } from '#syncer/plan/no-op.ts';

function object(spec: unknown, owned: object): KubeObject {
  const entry = { manager: 'regatta', operation: 'Apply', fieldsV1: { 'f:spec': owned } };
  const metadata = { namespace: 'default', name: 'a', managedFields: [entry] };
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata, spec };
}

const item = (owned: object) => ({ 'f:list': { 'k:{"name":"x","protocol":"TCP"}': owned } });

const cases: readonly {
  readonly name: string;
  readonly desired: unknown;
  readonly live: KubeObject;
  readonly merged: KubeObject;
  readonly same: boolean;
}[] = [
  {
    name: 'is true for equal values and equal owned fields',
    desired: { a: 1 },
    live: object({ a: 1 }, { 'f:a': {} }),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: true,
  },
  {
    name: 'is false for a different value',
    desired: { a: 1 },
    live: object({ a: 2 }, {}),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: false,
  },
  {
    name: 'is false when another manager took a field over at the same value',
    desired: { a: 1 },
    live: object({ a: 1 }, {}),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: false,
  },
  {
    name: 'is true for an empty map that the API server drops',
    desired: { a: 1, none: {}, gone: null, list: [] },
    live: object({ a: 1 }, { 'f:a': {} }),
    merged: object({ a: 1 }, { 'f:a': {}, 'f:none': {}, 'f:gone': {}, 'f:list': {} }),
    same: true,
  },
  {
    name: 'is true for an empty value in a list item that a default identifies',
    desired: { list: [{ name: 'x', none: {} }] },
    live: object({ list: [{ name: 'x' }] }, item({ '.': {}, 'f:name': {} })),
    merged: object({ list: [{ name: 'x' }] }, item({ '.': {}, 'f:name': {}, 'f:none': {} })),
    same: true,
  },
];

describe('isNoOpApply', () => {
  for (const { name, desired, live, merged, same } of cases) {
    it(name, () => assert.equal(isNoOpApply(object(desired, {}), live, merged, 'regatta'), same));
  }
});
