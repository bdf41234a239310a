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

describe('layers of values', () => {
  const rows: readonly (readonly [title: string, layers: readonly JsonObject[], want: unknown])[] =
    [
      ['no layers give empty values', [], {}],
      [
        'layers are merged map by map',
        [{ a: { b: 1, c: 2 } }, { a: { c: 3 } }],
        { a: { b: 1, c: 3 } },
      ],
      ['a list replaces the list of an earlier layer', [{ a: [1, 2] }, { a: [3] }], { a: [3] }],
      [
        'a map replaces the string of an earlier layer',
        [{ a: 'x' }, { a: { b: 1 } }],
        { a: { b: 1 } },
      ],
      ['a null stays, so that Helm removes the value', [{ a: 1 }, { a: null }], { a: null }],
    ];
  for (const [title, layers, want] of rows) {
    it(title, () => assert.deepEqual(merged(...layers), want));
  }

  it('merges keys that are special in JavaScript, such as __proto__', () => {
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
    const reported: string[] = [];
    const result = resolveVariables(values, cluster, ({ pointer, written, hint = '' }) =>
      reported.push(`${pointer} ${written} ${hint}`.trim()),
    );
    return [result, ...reported];
  }
  const text = (name: string) => `\${cluster.${name}}`;

  it('replaces cluster variables in all keys and strings', () => {
    const given = {
      a: `${text('name')}.${text('region')}`,
      b: [{ c: text('zone') }, 1, null, true],
      [text('name')]: text('labels.example.com/tier'),
    };
    const want = { a: 'm1.eu', b: [{ c: 'eu-1' }, 1, null, true], [text('name')]: 'gold' };
    assert.deepEqual(resolved(given), [want]);
  });

  it('leaves escaped variables and variables of other tools unchanged', () => {
    const other = '$' + '{POD_IP}';
    assert.deepEqual(resolved({ a: `$${text('name')} ${other}` }), [
      { a: `${text('name')} ${other}` },
    ]);
  });

  it('reports variables that the cluster does not define', () => {
    const [, ...reported] = resolved({ a: { 'b/c': [`${text('provider')}${text('regin')}`] } });
    assert.deepEqual(reported, [
      `/a/b~1c/0 ${text('provider')} set spec.provider of the Cluster`,
      `/a/b~1c/0 ${text('regin')} did you mean ${text('region')}?`,
    ]);
  });
});
