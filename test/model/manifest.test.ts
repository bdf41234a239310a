import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { printManifest } from '#model/manifest.ts';
import type { JsonObject, KubeObject } from '#model/object.ts';

const withData = (data: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
});

const lines = (data: JsonObject): readonly string[] =>
  printManifest(withData(data)).split('\n').slice(4, -1);

describe('printing a manifest', () => {
  it('prints apiVersion, kind and metadata first, then other fields by code unit', () => {
    const text = printManifest({
      spec: { b: 1, B: 2, a: { name: 'x', apiVersion: 'y' } },
      metadata: { labels: { a: 'b' }, annotations: {}, namespace: 'default', name: 'web' },
      kind: 'Deployment',
      apiVersion: 'apps/v1',
    });
    assert.equal(
      text,
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata:',
        '  name: web',
        '  namespace: default',
        '  annotations: {}',
        '  labels:',
        '    a: b',
        'spec:',
        '  B: 2',
        '  a:',
        '    apiVersion: "y"',
        '    name: x',
        '  b: 1',
        '',
      ].join('\n'),
    );
  });

  const cases: readonly { name: string; data: JsonObject; want: readonly string[] }[] = [
    {
      name: 'prints lists without indentation, and nested lists next to their dash',
      data: { a: [{ b: 1, c: [2] }, [3, [4]], [], {}] },
      want: [
        'data:',
        '  a:',
        '  - b: 1',
        '    c:',
        '    - 2',
        '  - - 3',
        '    - - 4',
        '  - []',
        '  - {}',
      ],
    },
    {
      name: 'quotes words and keys that are booleans in YAML 1.1',
      data: { on: 'yes', a: 'Off', b: 'n', c: 'null', d: '~' },
      want: ['data:', '  a: "Off"', '  b: "n"', '  c: "null"', '  d: "~"', '  "on": "yes"'],
    },
    {
      name: 'quotes strings that look like numbers, dates or times',
      data: { a: '1', b: '1e3', c: '0x1f', d: '12:30', e: '2001-01-01', f: '1_000', g: '.5' },
      want: [
        'data:',
        ...['a: "1"', 'b: "1e3"', 'c: "0x1f"', 'd: "12:30"', 'e: "2001-01-01"'].map(indent),
        ...['f: "1_000"', 'g: ".5"'].map(indent),
      ],
    },
    {
      name: 'prints paths, images, quantities and sentences without quotes',
      data: { a: '/tmp/x', b: 'docker.io/a/b:1.20.3', c: '100m', d: 'two words', e: './run' },
      want: [
        'data:',
        ...['a: /tmp/x', 'b: docker.io/a/b:1.20.3', 'c: 100m', 'd: two words', 'e: ./run'].map(
          indent,
        ),
      ],
    },
    {
      name: 'prints several lines as a literal block, with every kind of end',
      data: { a: 'x\n  y\n', b: 'x\ny', c: 'x\n\n\n', d: ' x\n', e: 'x \ny' },
      want: [
        ...['data:', '  a: |', '    x', '      y', '  b: |-', '    x', '    y', '  c: |+', '    x'],
        ...['', '', '  d: " x\\n"', '  e: "x \\ny"'],
      ],
    },
    {
      name: 'prints numbers in a form that every YAML version reads as a number',
      data: { a: 1e21, b: -0, c: 0.5, d: 1e-7, e: 1.5e300 },
      want: ['data:', ...['a: 1.0e+21', 'b: 0', 'c: 0.5', 'd: 1.0e-7', 'e: 1.5e+300'].map(indent)],
    },
    {
      name: 'escapes control characters, separators and a byte order mark',
      data: { a: '\u0000\u0085\u2028\ufeff\u007f' },
      want: ['data:', '  a: "\\u0000\\u0085\\u2028\\ufeff\\u007f"'],
    },
  ];
  for (const { name, data, want } of cases) it(name, () => assert.deepEqual(lines(data), want));

  it('refuses values that JSON cannot hold', () => {
    assert.throws(() => printManifest(withData({ a: Number.NaN })), RangeError);
  });

  it('prints manifests that YAML 1.1 and 1.2 read alike', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[-+.0-9_:eExobyYnN~ #'"|>\n\t]{0,8}$/),
      fc.constantFrom(
        'yes',
        'No',
        'NULL',
        '.inf',
        '0o7',
        '0b1',
        '1:30:00',
        '=',
        '<<',
        '- a',
        '? b',
      ),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.double({ noDefaultInfinity: true, noNaN: true }),
        fc.constantFrom(null, true, false),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => {
        const object = { ...withData({}), data };
        const printed = printManifest(object);
        const want = JSON.parse(JSON.stringify(object));
        assert.deepEqual(load(printed, { schema: CORE_SCHEMA }), want);
        assert.deepEqual(load(printed, { schema: YAML11_SCHEMA }), want);
        assert.equal(printManifest(want), printed);
      }),
      { numRuns: 1000 },
    );
  });
});

function indent(line: string): string {
  return `  ${line}`;
}
