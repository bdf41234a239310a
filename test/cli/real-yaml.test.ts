import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseYaml } from '#model/yaml.ts';
import { compileFiles } from '#test/compiled-files.ts';

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/** Texts of ConfigMaps that kubectl reads, with the data that it reads. */
const read: Readonly<Record<string, readonly [text: string, data: unknown]>> = {
  'brackets at the column of their key': [`${head}data: {\n  k: "v",\n}\n`, { k: 'v' }],
  'a quoted text that continues at the column of its key': [
    `${head}data:\n  k: "one\n  two"\n`,
    { k: 'one two' },
  ],
  'a quoted text that continues at column 0': [`${head}data:\n  k: 'one\ntwo'\n`, { k: 'one two' }],
  'a tab between two values': [`${head}data: {a:\tx,\tb: "2"}\n`, { a: 'x', b: '2' }],
  'a tab before a comment': [`${head}data: {a: x}\t# none\n`, { a: 'x' }],
  'a merge key after the keys': [
    `${head}binaryData: &base {k: djE=, l: djE=}\ndata:\n  k: v2\n  <<: *base\n`,
    { k: 'djE=', l: 'djE=' },
  ],
  'a quoted text with a comment behind it': [`${head}data: {a: "x"}#none\n`, { a: 'x' }],
  '!!binary': [`${head}data: {a: !!binary aGVsbG8=}\n`, { a: 'hello' }],
  'keys that are numbers and booleans': [
    `${head}data: {0x10: a, on: b, 1e7: c, 017: d}\n`,
    { 16: 'a', true: 'b', '1e+07': 'c', 15: 'd' },
  ],
  'an unknown tag': [`${head}data: {a: !vault 12}\n`, { a: '12' }],
  'a byte order mark after a separator': [
    `---\n# none\n---\n\ufeff${head}data: {a: x}\n`,
    { a: 'x' },
  ],
  'CR LF': [`${head}data: {a: x}\n`.replaceAll('\n', '\r\n'), { a: 'x' }],
};

function objectIn(rendered: ReadonlyMap<string, string>, name: string): Record<string, unknown> {
  const [object] = parseYaml(rendered.get(`default/configmap_${name}.yaml`) ?? '');
  return Object(object);
}

describe('YAML in real files', () => {
  let compiled: ReturnType<typeof compileFiles>;
  before(() => {
    const files = Object.values(read).map(([text], index) => [
      `templates/${index}.yaml`,
      text.replace('name: a', `name: a${index}`),
    ]);
    compiled = compileFiles(Object.fromEntries(files));
  });

  for (const [index, [what, [, data]]] of Object.entries(read).entries()) {
    it(`street Y2: reads ${what} as kubectl does`, () => {
      assert.equal(compiled.status, 0, compiled.output);
      assert.deepEqual(objectIn(compiled.rendered, `a${index}`).data, data);
    });
  }

  it('street Y2: reads JSON objects one after the other', () => {
    const json = (name: string) =>
      `{"apiVersion": "v1", "kind": "ConfigMap",\n\t"metadata": {"name": "${name}"}, "data": {"k": "\\u0041\\/"}}`;
    const templates = { 'templates/a.json': `${json('a')}${json('b')}\n` };
    const { status, output, rendered } = compileFiles(templates);
    assert.equal(status, 0, output);
    assert.deepEqual(
      [...rendered.keys()],
      ['default/configmap_a.yaml', 'default/configmap_b.yaml'],
    );
    assert.deepEqual(objectIn(rendered, 'a').data, { k: 'A/' });
  });

  it('street Y2: reads -0.0 as 0, because the API machinery takes it for an integer', () => {
    const zeros = 'zeros: [-0.0, -0, -0e0, 0.0]\n';
    const { rendered } = compileFiles({ 'templates/a.yaml': `${head}${zeros}` });
    assert.deepEqual(objectIn(rendered, 'a').zeros, [0, 0, 0, 0]);
    assert.doesNotMatch(rendered.get('default/configmap_a.yaml') ?? '-0', /-0/);
  });

  it('street Y2: reads thousands of merge keys', () => {
    const merges = Array.from({ length: 3000 }, (_, index) => `  k${index}: {<<: *base}`);
    const text = `${head}x: &base {a: 1, b: 2}\nspec:\n${merges.join('\n')}\n`;
    const { status, output } = compileFiles({ 'templates/a.yaml': text });
    assert.equal(status, 0, output);
  });

  it('street Y2: a duplicate key is an error with both positions', () => {
    const text = `${head}data:\n  k: v\n  other: v\n  k: w\n`;
    const { status, output } = compileFiles({ 'templates/a.yaml': text });
    assert.equal(status, 1);
    assert.match(output, /templates\/a.yaml:7:3: error parse\/duplicate-key: the key k is defined/);
    assert.match(output, /templates\/a.yaml:5:3: the first definition/);
  });

  for (const [what, text, fault] of [
    ['what follows the end of a document', `${head}...\nkind: Lost\n`, 'the document has ended'],
    ['a text after ---', `${head}---text\n`, 'only a comment can follow ---'],
  ] as const) {
    it(`street Y2: refuses ${what}`, () => {
      const { status, output } = compileFiles({ 'templates/a.yaml': text });
      assert.equal(status, 1);
      assert.ok(output.includes(fault), output);
    });
  }
});

describe('rendered YAML', () => {
  it('street Y4: quotes every text that some reader takes for something else', () => {
    const odd = ['1e-8', '2E+6', '9e1_0', '0o17', '1_000', '12:30:45', '.inf', 'y', '=', '<<'];
    const data = Object.fromEntries(odd.map((text) => [text, text]));
    const { status, output, rendered } = compileFiles({
      'templates/a.json': JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', annotations: data } },
      }),
    });
    assert.equal(status, 0, output);
    const text = rendered.get('default/configmap_a.yaml') ?? '';
    for (const each of odd) assert.ok(text.includes(`    "${each}": "${each}"\n`), text);
  });
});

describe('a duplicate key in the output of a chart', () => {
  const templates = {
    'templates/ledger/Chart.yaml': 'apiVersion: v2\nname: ledger\nversion: 0.1.0\n',
    'templates/ledger/templates/_labels.tpl':
      '{{- define "labels" -}}\napp: ledger\nby: {{ .Release.Service }}\n{{- end }}\n',
    'templates/ledger/templates/account.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    {{- include "labels" . | nindent 4 }}\n    app: cache\n',
  };

  it('street Y2: has its last value, with one warning that names key, chart and template', () => {
    const { status, output, rendered } = compileFiles(templates);
    assert.equal(status, 0, output);
    const { metadata } = objectIn(rendered, 'a');
    assert.deepEqual(Object(metadata).labels, { app: 'cache', by: 'Helm' });
    assert.match(
      output,
      /templates\/ledger\/templates\/account.yaml:7:5: warning parse\/duplicate-key: chart ledger: template ledger\/templates\/account.yaml: the key app is defined twice in one map/,
    );
    assert.equal(output.split('parse/duplicate-key').length, 2, output);
  });
});
