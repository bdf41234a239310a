import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRule } from '#compiler/override/rule.ts';
import type { FieldOverrider, FieldPatch } from '#model/override.ts';

/** Returns the text of a ConfigMap's entry after a patch, or the error message. */
function changed(
  text: string,
  given: Omit<FieldOverrider, 'fieldPath'>,
  fieldPath = '/data/t',
): unknown {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { t: text },
  };
  const outcome = applyRule(object, { fieldOverrider: [{ fieldPath, ...given }] }, '');
  return outcome.type === 'changed' ? (outcome.object.data as { t: string }).t : outcome.message;
}

const add = (subPath: string, value: FieldPatch['value']): FieldPatch => {
  return { operator: 'add', subPath, value };
};

const json: readonly (readonly [text: string, patch: FieldPatch, want: string])[] = [
  ['{"a": {"b": 1}}', { operator: 'replace', subPath: '/a/b', value: 2 }, '{"a":{"b":2}}'],
  ['{"2":0,"1":0}', add('/0', null), '{"2":0,"1":0,"0":null}'],
  [
    '{"z":1.50,"y":1e3,"big":12345678901234567890}',
    { operator: 'remove', subPath: '/y' },
    '{"z":1.50,"big":12345678901234567890}',
  ],
  ['{"a":"<&>\u2028"}', add('/b', '>'), '{"a":"\\u003c\\u0026\\u003e\\u2028","b":"\\u003e"}'],
  [
    '{"a":"\\u0041 \\" { [ ,"}',
    add('/b', { d: [], c: {} }),
    '{"a":"\\u0041 \\" { [ ,","b":{"c":{},"d":[]}}',
  ],
  [' [ {"a":1} , 2 ] ', add('/-', [3]), '[{"a":1},2,[3]]'],
];

describe('fieldOverrider on JSON', () => {
  for (const [text, patch, want] of json) {
    it(`JSON: ${patch.operator} ${patch.subPath} turns ${text} into ${want}`, () => {
      assert.equal(changed(text, { json: [patch] }), want);
    });
  }

  it('refuses a text that is not JSON, or that lacks the patched path', () => {
    assert.equal(
      changed('text', { json: [add('/a', 1)] }),
      'has at /data/t a string that is not JSON',
    );
    assert.equal(changed('1', { json: [add('/a', 1)] }), 'has at /data/t no path /a to add');
    assert.equal(changed('{}', { json: [add('/a', 1)] }, '/data/x'), 'has no string at /data/x');
    assert.equal(changed('{}', { json: [add('/a', 1)] }, '/data'), 'has no string at /data');
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    assert.equal(
      changed(deep, { json: [add('/-', 1)] }),
      'has at /data/t a string that is not JSON',
    );
  });
});

const long = 'word '.repeat(18).trim();

/** Output of go-yaml v2.4 for each value, recorded by running it. */
const printed: readonly (readonly [value: FieldPatch['value'], want: string])[] = [
  [true, 'true'],
  [null, 'null'],
  [1.5, '1.5'],
  [1234567.5, '1.2345675e+06'],
  [1e20, '1e+20'],
  [0.00001, '1e-05'],
  ['text', 'text'],
  ['', '""'],
  ['yes', '"yes"'],
  ['0x1F', '"0x1F"'],
  ['0xfffffffffffffffffff', '0xfffffffffffffffffff'],
  ['2024-01-01', '"2024-01-01"'],
  ['2024-02-30', '2024-02-30'],
  ['12:30', '"12:30"'],
  ['a: b', "'a: b'"],
  ['a:b', 'a:b'],
  ["- it's", "'- it''s'"],
  [' a', "' a'"],
  ['a\tb', '"a\\tb"'],
  ['😀', '"\\U0001F600"'],
  ['é', 'é'],
  [[], '[]'],
  [{}, '{}'],
  [[1, [2]], '\n- 1\n- - 2'],
  [[{ b: 1, a: [2] }], '\n- a:\n  - 2\n  b: 1'],
  ['a\nb', '|-\n  a\n  b'],
  ['a\n\n', '|+\n  a\n'],
  [' a\n', '|2\n   a'],
  ['a \nb', '"a \\nb"'],
  [{ a10: 1, a2: 2, _: 3, '#': 4 }, "\n  '#': 4\n  _: 3\n  a2: 2\n  a10: 1"],
  [{ ['k'.repeat(129)]: { a: 1 } }, `\n  ? ${'k'.repeat(129)}\n  : a: 1`],
  [
    long,
    'word word word word word word word word word word word word word word word word\n  word word',
  ],
  [
    `${long}:`,
    "'word word word word word word word word word word word word word word word word\n  word word:'",
  ],
  [
    `\t${long}`,
    '"\\tword word word word word word word word word word word word word word word word\n  word word"',
  ],
];

describe('fieldOverrider on a whole text', () => {
  it('replaces a whole text by a map or a list', () => {
    assert.equal(changed('[1]', { json: [add('', { a: 1 })] }), '{"a":1}');
    assert.equal(changed('a: 1', { yaml: [add('', [2])] }), '- 2\n');
  });

  it('refuses to replace a whole text by a scalar', () => {
    for (const value of ['text', 1, true, null]) {
      const message = changed('{}', { json: [{ operator: 'replace', subPath: '', value }] });
      assert.equal(message, "has at /data/t no path '' to replace");
    }
  });
});

describe('fieldOverrider on YAML', () => {
  for (const [value, want] of printed) {
    it(`prints ${JSON.stringify(value).slice(0, 40)} in YAML as go-yaml does`, () => {
      const separator = want.startsWith('\n') ? '' : ' ';
      assert.equal(changed('k: 0', { yaml: [add('/k', value)] }), `k:${separator}${want}\n`);
    });
  }

  it('reads YAML 1.1, drops comments and sorts keys when it patches a YAML text', () => {
    const text =
      "z: yes\nt: 0x1F # hex\nx: 1.50\nw: 2024-01-01\nv: 'no'\nu: 18446744073709551615\n";
    const want =
      'a: 1\nt: 31\nu: 18446744073709551615\nv: "no"\nw: "2024-01-01"\nx: 1.5\nz: true\n';
    assert.equal(changed(text, { yaml: [add('/a', 1)] }), want);
  });

  it('refuses a text that is not YAML, or that has several documents', () => {
    assert.match(
      String(changed('a: [', { yaml: [add('/a', 1)] })),
      /^has at \/data\/t a string that is not YAML: /,
    );
    assert.equal(
      changed('a: 1\n---\nb: 1\n', { yaml: [add('/a', 1)] }),
      'has at /data/t a YAML stream of several documents',
    );
    assert.equal(changed('', { yaml: [add('/a', 1)] }), 'has at /data/t no path /a to add');
    assert.equal(
      changed('a: [{b: -.inf}]', { yaml: [add('/c', 1)] }),
      'has at /data/t a YAML string with a number that JSON cannot represent',
    );
  });
});
