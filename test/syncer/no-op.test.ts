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
  readonly wanted: unknown;
  readonly live: KubeObject;
  readonly merged: KubeObject;
  readonly same: boolean;
}[] = [
  {
    name: 'the same values and fields',
    wanted: { a: 1 },
    live: object({ a: 1 }, { 'f:a': {} }),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: true,
  },
  {
    name: 'another value',
    wanted: { a: 1 },
    live: object({ a: 2 }, {}),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: false,
  },
  {
    name: 'a field that became another’s at the same value',
    wanted: { a: 1 },
    live: object({ a: 1 }, {}),
    merged: object({ a: 1 }, { 'f:a': {} }),
    same: false,
  },
  {
    name: 'an empty map that a server does not keep',
    wanted: { a: 1, none: {}, gone: null, list: [] },
    live: object({ a: 1 }, { 'f:a': {} }),
    merged: object({ a: 1 }, { 'f:a': {}, 'f:none': {}, 'f:gone': {}, 'f:list': {} }),
    same: true,
  },
  {
    name: 'an empty value in a list’s item, of which a default identifies it',
    wanted: { list: [{ name: 'x', none: {} }] },
    live: object({ list: [{ name: 'x' }] }, item({ '.': {}, 'f:name': {} })),
    merged: object({ list: [{ name: 'x' }] }, item({ '.': {}, 'f:name': {}, 'f:none': {} })),
    same: true,
  },
];

describe('stands', () => {
  for (const { name, wanted, live, merged, same } of cases) {
    it(name, () => assert.equal(isNoOpApply(object(wanted, {}), live, merged), same));
  }
});
