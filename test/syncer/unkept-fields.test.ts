import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { describeUnkept } from '#syncer/plan/unkept-fields.ts';

const thing = (spec: object, more: object = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'one', namespace: 'default', ...more },
  spec,
});

const containers = (...items: readonly object[]) => ({ containers: items });

/** What is sent, what the server keeps, and the fields that the message names. */
const cases: readonly (readonly [string, object, object, string])[] = [
  ['a field', { later: 'x' }, {}, 'field spec.later'],
  ['a map', { pod: { labels: { a: 'b' } } }, { pod: {} }, 'field spec.pod.labels'],
  ['two fields', { a: 1, b: 2 }, { c: 3 }, 'fields spec.a, spec.b'],
  [
    'many fields',
    Object.fromEntries('abcdefg'.split('').map((name) => [name, 1])),
    {},
    'fields spec.a, spec.b, spec.c, spec.d, spec.e and 2 more',
  ],
  ['a list', { hosts: ['a'] }, {}, 'field spec.hosts'],
  ['a field that is null', { later: 'x' }, { later: null }, 'field spec.later'],
  [
    'a field of a named item',
    containers({ name: 'web', later: true }),
    containers({ name: 'proxy', later: true }, { name: 'web' }),
    'field spec.containers[0].later',
  ],
  [
    'a field of an item without a name',
    { rules: [{ host: 'a', later: 1 }] },
    { rules: [{ host: 'z' }, { host: 'a' }] },
    'field spec.rules[0].later',
  ],
];

/** What is sent, and what the server keeps without a loss. */
const kept: readonly (readonly [string, object, object])[] = [
  ['another spelling of a quantity', { cpu: '1000m' }, { cpu: '1' }],
  ['more fields and other values', { a: 1 }, { a: 2, b: 3 }],
  ['empty values', { a: '', b: 0, c: false, d: [], e: {}, f: null, g: { h: '' } }, {}],
  [
    'sorted, added and removed items',
    { rules: [{ host: 'a' }, { host: 'b', path: '/' }], tags: ['x', 'y'] },
    { rules: [{ host: 'b', path: '/' }, { host: 'a' }, { host: 'c' }], tags: ['y'] },
  ],
  [
    'items that another manager adds before',
    containers({ name: 'web', image: 'web:1' }),
    containers({ name: 'proxy' }, { name: 'web', image: 'web:2' }),
  ],
  ['a value of another type', { raw: { a: 1 } }, { raw: '{"a":1}' }],
];

describe('the fields that an API server did not keep', () => {
  for (const [name, sent, answer, fields] of cases) {
    it(`K37: are named: ${name}`, () => {
      const message = describeUnkept(thing(sent), thing(answer));
      assert.ok(message.startsWith(`unknown ${fields}: the API server did not keep `), message);
    });
  }

  for (const [name, sent, answer] of kept) {
    it(`K37: do not include ${name}`, () => {
      assert.equal(describeUnkept(thing(sent), thing(answer)), '');
    });
  }

  it('K37: include labels and annotations, and no other metadata or status', () => {
    const metadata = { labels: { a: 'b' }, creationTimestamp: 'x', finalizers: ['f'] };
    const sent = { ...thing({}, metadata), status: { phase: 'Ready' } };
    assert.equal(
      describeUnkept(sent, thing({})),
      'unknown field metadata.labels: the API server did not keep it',
    );
    assert.equal(describeUnkept(sent, thing({}, { labels: { a: 'c' } })), '');
  });

  it('K37: are found in deep and long lists without a comparison of all items', () => {
    const nested = (depth: number): object =>
      depth === 0 ? { leaf: 1 } : { items: Array.from({ length: 4 }, () => nested(depth - 1)) };
    const long = { rules: Array.from({ length: 50_000 }, (_, index) => ({ index })) };
    assert.equal(describeUnkept(thing(nested(6)), thing(nested(6))), '');
    assert.equal(describeUnkept(thing(long), thing(long)), '');
  });
});
