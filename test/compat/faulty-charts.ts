/** Charts that Helm refuses. */
import type { FeatureChart } from './chart-parts.ts';

const chart = (more = '') => `apiVersion: v2\nname: web\nversion: 1.2.3\n${more}`;
const app = (line: string) => ({
  'Chart.yaml': chart(),
  'templates/app.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  a: ${line}\n`,
});

export const faultyCharts: Readonly<Record<string, FeatureChart>> = {
  'a missing required value': { files: app('{{ required "give a host" .Values.host }}') },
  'a call of fail': { files: app('{{ fail "no" }}') },
  'a field of a nil value': { files: app('{{ .Values.a.b.c }}') },
  'a function that does not exist': { files: app('{{ noSuchFunction 1 }}') },
  'a template that does not end': { files: app('{{ if true }}') },
  'an include that does not exist': { files: app('{{ include "none" . }}') },
  'an error inside nested includes': {
    files: {
      ...app('{{ include "outer" . }}'),
      'templates/_h.tpl':
        '{{ define "inner" }}{{ index .Values.list 3 }}{{ end }}{{ define "outer" }}{{ include "inner" . }}{{ end }}',
    },
    values: { list: [1] },
  },
  'an invalid template for tpl': { files: app('{{ tpl "{{ if }}" . }}') },
  'output that is not YAML': { files: app('b: c: d') },
  'a missing dependency': {
    files: { ...app('b'), 'Chart.yaml': chart('dependencies: [{name: part, version: 1.x}]\n') },
  },
  'a library chart': { files: { ...app('b'), 'Chart.yaml': chart('type: library\n') } },
  'an excluded version of Kubernetes': {
    files: { ...app('b'), 'Chart.yaml': chart('kubeVersion: ">=1.99.0"\n') },
  },
  'an invalid version': {
    files: { ...app('b'), 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: x\n' },
  },
  'an unknown API version of charts': {
    files: { ...app('b'), 'Chart.yaml': 'apiVersion: v7\nname: web\nversion: 1.2.3\n' },
  },
  'a double star in .helmignore': { files: { ...app('b'), '.helmignore': 'a/**/b\n' } },
  'a rule in .helmignore that ignores every file but one': {
    files: { ...app('b'), '.helmignore': '!templates/app.yaml\n' },
  },
  'a file next to the subcharts': { files: { ...app('b'), 'charts/README.md': 'no chart' } },
  'values that do not match the schema': {
    files: {
      ...app('b'),
      'values.schema.json':
        '{"properties": {"replicas": {"type": "integer"}, "host": {"pattern": "^[a-z]+$"}, "deep": {"required": ["x", "y"]}}, "additionalProperties": false}',
    },
    values: { replicas: 'two', host: 'A', deep: {}, other: 1 },
  },
  'a schema that is not JSON': { files: { ...app('b'), 'values.schema.json': '{' } },
  'an infinite recursion': {
    files: {
      ...app('{{ include "a" . }}'),
      'templates/_h.tpl': '{{ define "a" }}{{ include "a" . }}{{ end }}',
    },
  },
  'an invalid packaged subchart': { files: { ...app('b'), 'charts/part-1.0.0.tgz': 'text' } },
  'a list in values.yaml': { files: { ...app('b'), 'values.yaml': '- a\n' } },
};
