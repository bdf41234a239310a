import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeLayers } from '#compiler/build/values.ts';
import { resolveVariables } from '#compiler/build/variables.ts';
import type { JsonObject } from '#model/object.ts';
import { clusterOf } from '../place/samples.ts';

const at = () => ({ file: 'x', line: 1, column: 1 });

function merged(...layers: readonly JsonObject[]): JsonObject {
  return mergeLayers(layers.map((values) => ({ values, at })));
}

describe('values of several layers', () => {
  const rows: readonly (readonly [title: string, layers: readonly JsonObject[], want: unknown])[] =
    [
      ['of none are empty', [], {}],
      ['are merged map by map', [{ a: { b: 1, c: 2 } }, { a: { c: 3 } }], { a: { b: 1, c: 3 } }],
      ['have the list of the last', [{ a: [1, 2] }, { a: [3] }], { a: [3] }],
      [
        'have the map of the last where it was a text',
        [{ a: 'x' }, { a: { b: 1 } }],
        { a: { b: 1 } },
      ],
      ['keep a null, with which Helm takes a value away', [{ a: 1 }, { a: null }], { a: null }],
    ];
  for (const [title, layers, want] of rows) {
    it(title, () => assert.deepEqual(merged(...layers), want));
  }

  it('may have keys that JavaScript gives a meaning', () => {
    const layers = ['{"__proto__": {"a": 1}}', '{"__proto__": {"b": 2}, "constructor": 3}'];
    const got = merged(...layers.map((text): JsonObject => JSON.parse(text)));
    assert.equal(JSON.stringify(got), '{"__proto__":{"a":1,"b":2},"constructor":3}');
    assert.equal(Object.hasOwn(Object.prototype, 'b'), false);
  });
});

describe('variables in values', () => {
  const cluster = clusterOf('m1', {
    region: 'eu',
    zones: ['eu-1', 'eu-2'],
    labels: { 'example.com/tier': 'gold' },
  });

  function resolved(values: JsonObject): readonly [JsonObject, ...string[]] {
    const told: string[] = [];
    const result = resolveVariables(values, cluster, ({ pointer, written, hint = '' }) =>
      told.push(`${pointer} ${written} ${hint}`.trim()),
    );
    return [result, ...told];
  }
  const text = (name: string) => `\${cluster.${name}}`;

  it('stand for facts of the cluster, wherever texts are', () => {
    const given = {
      a: `${text('name')}.${text('region')}`,
      b: [{ c: text('zone') }, 1, null, true],
      [text('name')]: text('labels.example.com/tier'),
    };
    const want = { a: 'm1.eu', b: [{ c: 'eu-1' }, 1, null, true], [text('name')]: 'gold' };
    assert.deepEqual(resolved(given), [want]);
  });

  it('stay when escaped, and when they are not ours', () => {
    const other = '$' + '{POD_IP}';
    assert.deepEqual(resolved({ a: `$${text('name')} ${other}` }), [
      { a: `${text('name')} ${other}` },
    ]);
  });

  it('are told when the cluster does not have them', () => {
    const [, ...told] = resolved({ a: { 'b/c': [`${text('provider')}${text('regin')}`] } });
    assert.deepEqual(told, [
      `/a/b~1c/0 ${text('provider')}`,
      `/a/b~1c/0 ${text('regin')} did you mean ${text('region')}?`,
    ]);
  });
});
