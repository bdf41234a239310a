import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chartObjects } from '#compiler/build/chart-objects.ts';
import { readObjects } from '#compiler/parse/documents.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { chartOf, render } from '../../io/engine/chart.ts';

const helpers = `{{- define "labels" -}}
app: {{ .Chart.Name }}
{{- if .Values.team }}
team: {{ .Values.team }}
{{- end }}
{{- end -}}

{{- define "parsed" -}}
one: {{ .Values.one | default 1 }}
two: 2
{{- end -}}
`;
const app = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  {{- with .Values.replicas }}
  replicas: {{ . }}
  {{- end }}
  template:
    spec:
      containers:
        {{- range .Values.containers }}
        - name: {{ .name }}
          image: {{ .image }}
        {{- end }}
      {{- toYaml .Values.more | nindent 6 }}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: second
data:
  {{- range $key, $value := .Values.data }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
  text: |
    first
    {{- if .Values.enabled }}
    second
    {{- end }}
    third
  parsed: {{ (fromYaml (include "parsed" .)).one | quote }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: third
`;
const values = {
  ...{ enabled: true, team: 'a', replicas: 2, data: { a: 1, b: 2 } },
  containers: [
    { name: 'x', image: 'x:1' },
    { name: 'y', image: 'y:1' },
  ],
  more: { volumes: [{ name: 'v' }], hostNetwork: true },
};
const files = chartOf({ 'templates/_helpers.tpl': helpers, 'templates/app.yaml': app });

/** Renders a chart; the result returns the position of a pointer in the object with a name. */
async function placesOf(
  chart = files,
  options: { readonly lines: boolean } = { lines: true },
): Promise<(name: string, pointer: string) => string> {
  const result = await render(chart, { values }, options);
  assert.ok(result.type === 'rendered', JSON.stringify(result));
  const found: Diagnostic[] = [];
  const output = {
    ...{ chart: 'chart', ...result, files: chart, read: readObjects },
    keepsHooks: false,
    noteHook: () => {},
  };
  const objects = chartObjects(output, (diagnostic) => found.push(diagnostic));
  assert.deepEqual(found, []);
  return (name, pointer) => {
    const object = objects.find(({ value }) => Object(value.metadata).name === name);
    const { file, line, column } = object?.at(pointer) ?? { file: 'none', line: 0, column: 0 };
    return `${file.replace('chart/', '')}:${line}:${column}`;
  };
}

describe('the positions of rendered chart objects', () => {
  const places: readonly (readonly [string, string, string, string])[] = [
    ['text', 'app', '/kind', 'templates/app.yaml:3:1'],
    ['a text with an action', 'app', '/metadata/name', 'templates/app.yaml:5:3'],
    ['text in an include', 'app', '/metadata/labels/app', 'templates/_helpers.tpl:2:1'],
    ['text in a branch', 'app', '/metadata/labels/team', 'templates/_helpers.tpl:4:1'],
    ['a field in a with', 'app', '/spec/replicas', 'templates/app.yaml:10:3'],
    [
      'an item of a range',
      'app',
      '/spec/template/spec/containers/1/image',
      'templates/app.yaml:17:11',
    ],
    [
      'the output of toYaml',
      'app',
      '/spec/template/spec/volumes/0/name',
      'templates/app.yaml:19:7',
    ],
    [
      'the last line of toYaml',
      'app',
      '/spec/template/spec/hostNetwork',
      'templates/app.yaml:19:7',
    ],
    ['a name that an action prints', 'second', '/data/b', 'templates/app.yaml:28:3'],
    ['a block of text', 'second', '/data/text', 'templates/app.yaml:30:3'],
    ['a field below a block of text', 'second', '/data/parsed', 'templates/app.yaml:36:3'],
    ['the third document', 'third', '/metadata/name', 'templates/app.yaml:41:3'],
    ['an absent field', 'third', '/data/x', 'templates/app.yaml:38:1'],
  ];
  for (const [what, name, pointer, want] of places) {
    it(`EN15: ${what} is at ${want}`, async () => {
      assert.equal((await placesOf())(name, pointer), want);
    });
  }

  it('EN15: finds documents by order and kind when the engine returns no lines', async () => {
    const at = await placesOf(files, { lines: false });
    assert.equal(at('second', '/metadata/name'), 'templates/app.yaml:25:3');
    assert.equal(at('third', '/metadata/name'), 'templates/app.yaml:41:3');
  });

  it('EN15: maps each line of a CRD file to itself', async () => {
    const definition =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: crd\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n';
    const at = await placesOf(new Map([...files, ['chart/crds/a.yaml', definition]]));
    assert.equal(at('other', '/metadata/name'), 'crds/a.yaml:9:3');
  });

  it('EN15: rendering with line positions does not change the output', async () => {
    const [plain, located] = await Promise.all(
      [false, true].map((lines) => render(files, { values }, { lines })),
    );
    assert.ok(plain?.type === 'rendered' && located?.type === 'rendered');
    const texts = ({ documents }: typeof plain) =>
      documents.map(({ text, source }) => [source, text]);
    assert.deepEqual(texts(located), texts(plain));
    assert.ok(
      located.documents.every(({ lines, text }) => lines?.length === 2 * text.split('\n').length),
    );
  });
});
