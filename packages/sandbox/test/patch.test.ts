import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fields, Value } from '../object.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicPatch } from '../patch/strategic.ts';
import { builtinShape } from '../schema/builtin.ts';
import { ApiError } from '../status.ts';

interface Case {
  readonly name: string;
  readonly target: Value;
  readonly patch: Value;
  readonly want: Value;
}

describe('merge patch', () => {
  const cases: readonly Case[] = [
    {
      name: 'sets and removes',
      target: { a: 1, b: 2 },
      patch: { b: null, c: 3 },
      want: { a: 1, c: 3 },
    },
    {
      name: 'merges nested objects',
      target: { a: { b: 1, c: 1 } },
      patch: { a: { b: 2 } },
      want: { a: { b: 2, c: 1 } },
    },
    { name: 'replaces lists', target: { a: [1, 2] }, patch: { a: [3] }, want: { a: [3] } },
    { name: 'omits nulls in new objects', target: {}, patch: { a: { b: null } }, want: { a: {} } },
  ];
  for (const { name, target, patch, want } of cases) {
    it(name, () => assert.deepEqual(applyMergePatch(target, patch), want));
  }
});

describe('JSON patch', () => {
  const target = { a: { 'b/c': 1 }, list: ['x', 'y'] };
  const at = (op: string, path: string, value: Value): Value => [{ op, path, value }];
  const move = (from: string, path: string): Value => ({ op: 'move', from, path });
  const copy = (from: string, path: string): Value => ({ op: 'copy', from, path });
  const cases: readonly Omit<Case, 'target'>[] = [
    {
      name: 'adds to a list',
      patch: at('add', '/list/1', 'z'),
      want: { ...target, list: ['x', 'z', 'y'] },
    },
    {
      name: 'appends to a list',
      patch: at('add', '/list/-', 'z'),
      want: { ...target, list: ['x', 'y', 'z'] },
    },
    {
      name: 'replaces a field with an escaped slash',
      patch: at('replace', '/a/b~1c', 2),
      want: { ...target, a: { 'b/c': 2 } },
    },
    {
      name: 'replaces in a list',
      patch: at('replace', '/list/0', 'z'),
      want: { ...target, list: ['z', 'y'] },
    },
    {
      name: 'moves a value',
      patch: [{ op: 'move', from: '/list/0', path: '/first' }],
      want: { ...target, list: ['y'], first: 'x' },
    },
    {
      name: 'copies a value',
      patch: [{ op: 'copy', from: '/a', path: '/d' }],
      want: { ...target, d: target.a },
    },
    {
      name: 'tests a value, then removes a field',
      patch: [
        { op: 'test', path: '/list/0', value: 'x' },
        { op: 'remove', path: '/a' },
      ],
      want: { list: ['x', 'y'] },
    },
    {
      name: 'accepts a test of an absent field for null',
      patch: at('test', '/nope', null),
      want: target,
    },
    {
      name: 'moves within a list',
      patch: [{ op: 'move', from: '/list/0', path: '/list/1' }],
      want: { ...target, list: ['y', 'x'] },
    },
    {
      name: 'copies a value, then changes the copy',
      patch: [
        { op: 'copy', from: '/a', path: '/d' },
        { op: 'replace', path: '/d/b~1c', value: 2 },
      ],
      want: { ...target, d: { 'b/c': 2 } },
    },
  ];
  for (const { name, patch, want } of cases) {
    it(name, () => {
      const before = structuredClone(target);
      assert.deepEqual(applyJsonPatch(target, patch), want);
      assert.deepEqual(target, before);
    });
  }

  const wrong: readonly { name: string; patch: Value; code: number }[] = [
    { name: 'a failed test', patch: at('test', '/list/0', 'y'), code: 422 },
    { name: 'a removal of a missing field', patch: [{ op: 'remove', path: '/nope' }], code: 422 },
    { name: 'an index past the end', patch: at('add', '/list/3', 1), code: 422 },
    { name: 'a move past the end', patch: [move('/list/0', '/list/2')], code: 422 },
    { name: 'a move of a value into itself', patch: [move('/a', '/a/b')], code: 422 },
    { name: 'a copy of a missing value', patch: [copy('/nope', '/b')], code: 422 },
    { name: 'a copy to a missing parent', patch: [copy('/a', '/nope/b')], code: 422 },
    { name: 'a path inside a plain value', patch: at('add', '/list/0/x', 1), code: 422 },
    {
      name: 'the removal of an inherited name',
      patch: [{ op: 'remove', path: '/a/constructor' }],
      code: 422,
    },
    { name: 'the name __proto__', patch: at('add', '/__proto__/x', 1), code: 422 },
    { name: 'the removal of everything', patch: [{ op: 'remove', path: '' }], code: 422 },
    { name: 'a missing value', patch: [{ op: 'add', path: '/b' }], code: 422 },
    { name: 'a missing path', patch: [{ op: 'remove' }], code: 422 },
    { name: 'a missing source', patch: [{ op: 'move', path: '/b' }], code: 422 },
    { name: 'a path without a slash', patch: at('test', 'a', null), code: 422 },
    { name: 'an operation that is not an object', patch: ['add'], code: 400 },
    { name: 'the library’s internal operation', patch: [{ op: '_get', path: '/a' }], code: 422 },
    { name: 'an object instead of a list', patch: {}, code: 400 },
    { name: 'an unknown operation', patch: [{ op: 'merge', path: '/a' }], code: 422 },
  ];
  for (const { name, patch, code } of wrong) {
    it(`rejects ${name} with ${code}`, () => {
      const isExpected = (error: unknown): boolean =>
        error instanceof ApiError && error.code === code;
      assert.throws(() => applyJsonPatch(target, patch), isExpected);
    });
  }
});

describe('strategic merge patch', () => {
  const shape = builtinShape('apps', 'v1', 'Deployment');
  const pod = (spec: Fields): Fields => ({ spec: { template: { spec } } });
  const cases: readonly Case[] = [
    {
      name: 'merges containers by name',
      target: pod({ containers: [{ name: 'a', image: '1', tty: true }, { name: 'b' }] }),
      patch: pod({ containers: [{ name: 'a', image: '2' }, { name: 'c' }] }),
      want: pod({
        containers: [{ name: 'a', image: '2', tty: true }, { name: 'c' }, { name: 'b' }],
      }),
    },
    {
      name: 'deletes an item',
      target: pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
      patch: pod({ containers: [{ name: 'a', $patch: 'delete' }] }),
      want: pod({ containers: [{ name: 'b' }] }),
    },
    {
      name: 'replaces a list',
      target: pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
      patch: pod({ containers: [{ $patch: 'replace' }, { name: 'c' }] }),
      want: pod({ containers: [{ name: 'c' }] }),
    },
    {
      name: 'replaces lists that do not merge',
      target: pod({ containers: [{ name: 'a', args: ['1', '2'] }] }),
      patch: pod({ containers: [{ name: 'a', args: ['3'] }] }),
      want: pod({ containers: [{ name: 'a', args: ['3'] }] }),
    },
    {
      name: 'retains only the keys in $retainKeys',
      target: { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      patch: { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      want: { spec: { strategy: { type: 'Recreate' } } },
    },
    {
      name: 'deletes from a set of strings',
      target: { metadata: { finalizers: ['a/b', 'c/d'] } },
      patch: { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } },
      want: { metadata: { finalizers: ['c/d'] } },
    },
    {
      name: 'sorts items by $setElementOrder',
      target: pod({ containers: [{ name: 'a' }, { name: 'b' }] }),
      patch: pod({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
      want: pod({ containers: [{ name: 'b' }, { name: 'a' }] }),
    },
  ];
  for (const { name, target, patch, want } of cases) {
    it(name, () => assert.deepEqual(applyStrategicPatch(shape, target, patch), want));
  }
});
