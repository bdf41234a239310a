/** Charts with subcharts: packaged, aliased, conditional, or with imported values. */
import {
  below,
  chart,
  child,
  definition,
  dependencies,
  type FeatureChart,
  map,
} from './chart-parts.ts';

export const subcharts: Readonly<Record<string, FeatureChart>> = {
  'packed charts inside packed charts': {
    files: {
      'Chart.yaml': chart('web', dependencies('name: outer, version: 1.x')),
      'values.yaml': 'outer:\n  from: parent\n  inner:\n    deep: true\n',
      'templates/app.yaml': map('app', '  sub: {{ .Subcharts.outer.Values.from }}'),
      'charts/outer-1.2.3.tgz': {
        ...child('outer'),
        'Chart.yaml': chart('outer', dependencies('name: inner, version: 1.2.3')),
        'charts/inner-1.2.3.tgz': { ...child('inner'), 'crds/a.yaml': definition('Inner') },
      },
    },
  },
  'aliases, conditions and tags': {
    files: {
      'Chart.yaml': chart(
        'web',
        dependencies(
          'name: part, version: 1.2.3, alias: first',
          'name: part, version: 1.2.3, alias: second, condition: "second.enabled,global.second"',
          'name: part, version: 1.2.3, alias: third, condition: third.enabled',
          'name: other, version: ">=1.0.0", tags: [extra]',
          'name: more, version: 1.2.3, tags: [extra, base]',
        ),
      ),
      'values.yaml':
        'global: {second: true, shared: 1}\nthird: {enabled: false}\ntags: {extra: false, base: true}\nfirst: {from: alias}\n',
      ...below('charts/part', child('part')),
      ...below('charts/other', child('other')),
      ...below('charts/folder-name', child('more')),
      'templates/app.yaml': map('app', '  subcharts: {{ keys .Subcharts | sortAlpha | join "," }}'),
    },
    values: { second: { from: 'values' }, tags: { base: true } },
  },
  'imported values': {
    files: {
      'Chart.yaml': chart(
        'web',
        'dependencies:\n  - name: part\n    version: 1.2.3\n    import-values:\n      - data\n      - child: default.data\n        parent: imported\n',
      ),
      'values.yaml': 'imported: {b: parent}\n',
      ...below('charts/part', {
        ...child('part', 'exports:\n  data: {x: 1, y: [1, 2]}\ndefault:\n  data: {a: 1, b: 2}\n'),
      }),
      'templates/app.yaml': map('app', '  values: {{ toJson .Values | quote }}'),
    },
  },
  'library charts and defines that override each other': {
    files: {
      'Chart.yaml': chart('web', dependencies('name: common, version: 1.2.3')),
      ...below('charts/common', {
        'Chart.yaml': chart('common', 'type: library\n'),
        'templates/_labels.tpl':
          '{{- define "common.labels" -}}\napp: {{ .Chart.Name }}\nrelease: {{ .Release.Name }}\n{{- end -}}\n{{ define "who" }}library{{ end }}',
        'templates/ignored.yaml': map('never', '  a: b'),
      }),
      'templates/_helpers.tpl': '{{ define "who" }}chart{{ end }}',
      'templates/app.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "who" . }}\n  labels:\n    {{- include "common.labels" . | nindent 4 }}\n',
    },
  },
  'values that are null': {
    files: {
      'Chart.yaml': chart('web', dependencies('name: part, version: 1.2.3')),
      'values.yaml':
        'a: {b: 1, c: 2, d: {e: 3}}\nlist: [1, 2]\nkept: null\npart: {from: parent, gone: x}\n',
      ...below('charts/part', child('part', 'from: child\ngone: y\nown: z\n')),
      'templates/app.yaml': map('app', '  values: {{ toJson .Values | quote }}'),
    },
    values: { a: { b: null, d: null }, list: null, part: { gone: null, own: null } },
  },
};
