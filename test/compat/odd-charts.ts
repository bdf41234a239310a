/** Charts that combine features of Helm in ways that few public charts do. */
import {
  below,
  chart,
  child,
  definition,
  dependencies,
  type FeatureChart,
  map,
} from './chart-parts.ts';

const everything = '  values: {{ toJson .Values | quote }}';
const needs = (...lines: readonly string[]) => chart('web', dependencies(...lines));

export const oddCharts: Readonly<Record<string, FeatureChart>> = {
  'three levels with aliases, conditions and nulls': {
    files: {
      'Chart.yaml': needs(
        'name: mid, version: 1.x.x, alias: m1, condition: m1.on',
        'name: mid, version: "*", alias: m2, condition: "m2.on, m2.other", tags: [all]',
      ),
      'values.yaml':
        'global: {a: 1, deep: {x: 1, y: 2}}\nm1: {on: true, leaf: {on: false}}\nm2: {on: "false", other: true, leaf: {on: true, from: top}, lst: null}\ntags: {all: false}\n',
      ...below('charts/mid', {
        ...child('mid', 'lst: [1]\nglobal: {a: 2, own: mid}\nleaf: {from: mid, n: {a: 1, b: 2}}\n'),
        'Chart.yaml': chart('mid', dependencies('name: leaf, version: 1.2.3, condition: leaf.on')),
        'templates/all.yaml': map('mid-{{ .Chart.Name }}', everything),
        ...below('charts/leaf', {
          ...child('leaf', 'from: leaf\nn: {a: 5, c: 6}\nglobal: {leaf: true}\n'),
          'templates/all.yaml': map('leaf', everything),
          'crds/l.yaml': definition('Leaf'),
        }),
      }),
      'templates/all.yaml': map('top', everything),
    },
    values: { global: { deep: { y: null } }, m2: { leaf: { n: { a: null } } } },
  },
  'values that are imported through two levels': {
    files: {
      'Chart.yaml': chart(
        'web',
        'dependencies:\n  - name: mid\n    version: 1.2.3\n    import-values: [up, none]\n  - name: other\n    version: 1.2.3\n    condition: no\n    import-values: [{child: data, parent: .}]\n',
      ),
      'values.yaml': 'own: {k: top}\nno: false\n',
      ...below('charts/mid', {
        'Chart.yaml': chart(
          'mid',
          'dependencies:\n  - name: leaf\n    version: 1.2.3\n    import-values: [{child: exports.up, parent: exports.up.own}, {child: data, parent: copied}]\n',
        ),
        'values.yaml': 'exports: {up: {own: {k: mid, l: [1]}}}\n',
        'templates/all.yaml': map('mid', everything),
        ...below('charts/leaf', child('leaf', 'exports: {up: {k: leaf, m: null}}\ndata: {a: 1}\n')),
      }),
      ...below('charts/other', child('other', 'data: {z: 1}\n')),
      'templates/all.yaml': map('top', everything),
    },
    values: { own: { k: null, n: 1 } },
  },
  'subcharts that no dependency names': {
    files: {
      'Chart.yaml': needs('name: named, version: 1.2.3, alias: unnamed'),
      ...below('charts/named', child('named', 'a: 1\n')),
      ...below('charts/unnamed-folder', child('free', 'b: 1\n')),
      'charts/third-1.2.3.tgz': child('third'),
      'templates/all.yaml': map('top', '  subs: {{ keys .Subcharts | sortAlpha | join "," }}'),
    },
    values: { free: { b: 2 }, third: { c: { d: null } } },
  },
  'templates that change values for the templates after them': {
    files: {
      'Chart.yaml': needs('name: a, version: 1.2.3', 'name: b, version: 1.2.3'),
      'values.yaml': 'seen: []\nglobal: {seen: []}\nmapping: {a: {b: 1}}\n',
      ...Object.fromEntries(
        ['templates/z.yaml', 'templates/a.yaml', 'templates/deep/x.yaml', 'templates/_h.tpl'].map(
          (file, index) => [
            file,
            `{{- $_ := set .Values "seen" (append .Values.seen "${index}") }}{{- $_ := unset .Values.mapping.a "b" }}\n${map(`m${index}`, '  seen: {{ .Values.seen | join "," | quote }} {{ toJson .Values.mapping | quote }}'.replace(' {{ toJson', '\n  m: {{ toJson'))}`,
          ],
        ),
      ),
      ...below('charts/a', {
        ...child('a'),
        'templates/s.yaml': `{{- $_ := set .Values.global "seen" (append .Values.global.seen "a") }}\n${map('a', '  s: {{ toJson .Values.global | quote }}')}`,
      }),
      ...below('charts/b', {
        ...child('b'),
        'templates/s.yaml': `{{- $_ := set .Values.global "seen" (append .Values.global.seen "b") }}\n${map('b', '  s: {{ toJson .Values.global | quote }}')}`,
      }),
    },
  },
  'patterns of .Files, and files that it leaves out': {
    files: {
      'Chart.yaml': chart('web'),
      '.helmignore':
        '  # indented\nignored.txt   \n!kept.bak\n*.bak\n/conf/skip/\nvalues-*.yaml\n[a-c].md\n',
      ...Object.fromEntries(
        [
          'ignored.txt',
          'a.bak',
          'kept.bak',
          'conf/skip/a.txt',
          'other/conf/skip/a.txt',
          'values-x.yaml',
          'a.md',
          'd.md',
          'conf/{b}.txt',
          'conf/c d.txt',
          'conf/é.txt',
          'conf/.dot',
          'LICENSE',
          'README.md',
          'values.yaml',
          'charts/.keep',
          'ci/x/y/z.yaml',
        ].map((path) => [path, path.endsWith('.yaml') ? 'a: b\n' : 'text']),
      ),
      'templates/app.yaml': map(
        'app',
        [
          '**',
          '*',
          'conf/*',
          'conf/{*}',
          '{conf,ci}/**',
          '**/*.yaml',
          'ci/**.yaml',
          'conf/[c-é]*',
          '*.{md,bak}',
          'templates/**',
          'Chart.yaml',
          '',
        ]
          .map(
            (glob, index) =>
              `  g${index}: "{{ range $p, $_ := .Files.Glob ${JSON.stringify(glob)} }}{{ $p }}|{{ end }}"`,
          )
          .join('\n'),
      ),
    },
  },
  'tpl, define and block in each other': {
    files: {
      'Chart.yaml': chart('web'),
      'values.yaml':
        "a: '{{ define \"late\" }}late {{ .Template.Name }}{{ end }}{{ include \"late\" . }}'\nb: '{{ tpl .Values.a . }} {{ $.Template.BasePath }}'\nc: '{{ range $i, $x := tuple 1 2 }}{{ $i }}{{ with $x }}{{ . }}{{ end }}{{ end }}'\n",
      'templates/_one.tpl':
        '{{ define "x" }}one{{ end }}{{ block "y" . }}block {{ .Chart.Name }}{{ end }}',
      'templates/_two.tpl': '{{ define "x" }}two{{ end }}',
      'templates/app.yaml': map(
        'app',
        '  a: {{ tpl .Values.a . | quote }}\n  b: {{ tpl .Values.b . | quote }}\n  c: {{ tpl .Values.c . }}\n  x: {{ include "x" . }} {{ template "y" . }}\n  late: {{ tpl "{{ include \\"x\\" . }}" (dict "Template" .Template "Chart" .Chart) }}\n  own: {{ tpl (.Files.Get "text.txt") $ | quote }}\n  {{- /* comment */ -}}\n  {{- with $ := dict "a" 1 }}\n  d: {{ $.a }}\n  {{- end }}',
      ),
      'text.txt': '{{ .Release.Name }} {{ .Template.Name }}',
    },
  },
  'names of templates, and texts that print documents': {
    files: {
      'Chart.yaml': chart('web'),
      'templates/with space.yaml': map('space', '  n: {{ .Template.Name | quote }}'),
      'templates/größe é.yml': map('umlaut', '  n: {{ .Template.Name | quote }}'),
      'templates/x.tpl': map('tpl', '  n: a'),
      'templates/x.json': '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "json"}}',
      'templates/x.toml': 'kind: ConfigMap',
      'templates/_under.yaml': map('under', '  n: a'),
      'templates/_dir/x.yaml': map('dir', '  n: a'),
      'templates/lists.yaml':
        'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: l}}]\n',
      'templates/marks.yaml':
        '---# no\n--- # comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\t\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n...\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: three}\n---',
      'templates/keep.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: keep\n  annotations: {helm.sh/resource-policy: keep, "helm.sh/hook-weight": "3"}\n',
    },
  },
  'functions that print data': {
    files: {
      'Chart.yaml': chart(
        'web',
        'appVersion: 1.10\ndeprecated: true\nunknown: {a: 1}\nmaintainers: [{name: n}]\n',
      ),
      'values.yaml':
        'base: &b {k: 1, l: [a]}\nm: {<<: *b, k: 2}\n"": empty\n"a.b/c": x\nint: 1e3\nbig: 18446744073709551615\nneg: -0\nhex: 0x1F\noct: 0o17\nt: 2001-12-14t21:59:43.10-05:00\ntext: "line\\n  two\\n"\nhtml: "<a href=\\"x\\">&</a>"\nyes: y\nno: n\nnull: ~\nf: 1.0\ng: 123456789.123\n',
      'templates/app.yaml': map(
        'app',
        [
          '  yaml: {{ toYaml .Values | quote }}\n  json: {{ toJson .Values | quote }}\n  toml: {{ toToml .Values.m | quote }}',
          '  pretty: {{ toPrettyJson .Values.m | quote }}\n  raw: {{ mustToRawJson .Values.html | quote }}',
          '  arrays: {{ fromYamlArray "- a\\n- 1" | toJson }} {{ fromJsonArray "[1, null]" | toJson }}\n  bad: {{ fromYaml "a: [" | toJson | quote }} {{ fromJson "x" | toJson | quote }}'.replace(
            '{{ fromJson',
            '\n  bad2: {{ fromJson',
          ),
          '  appVersion: {{ .Chart.AppVersion | quote }} {{ .Chart.Deprecated }}'.replace(
            ' {{ .Chart.D',
            '\n  d: {{ .Chart.D',
          ),
          '  release: {{ .Release | toJson | quote }}\n  int: {{ .Values.int | int }}\n  f: {{ printf "%v %d %s %q" .Values.f 3 "x" "y" | quote }}\n  g: {{ .Values.g }}',
          '  deep: {{ dig "a" "b" "none" (dict "a" (dict)) }}\n  sorted: {{ keys .Values | sortAlpha | join "," | quote }}',
        ].join('\n'),
      ),
    },
  },
  'schemas with references, formats and aliases': {
    files: {
      'Chart.yaml': needs('name: part, version: 1.2.3, alias: renamed'),
      'values.schema.json':
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"n": {"type": ["integer", "null"]}}, "properties": {"a": {"$ref": "#/$defs/n"}, "u": {"format": "uri"}, "renamed": {"required": ["from"]}}, "patternProperties": {"^x-": false}, "if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["u"]}}',
      'values.yaml': 'a: 1\nu: "http://x"\n',
      ...below('charts/part', {
        ...child('part', 'from: 1\n'),
        'values.schema.json': '{"properties": {"from": {"maximum": 5}}}',
      }),
    },
    values: { renamed: { from: 6 } },
  },
  'a v1 chart with dependencies in Chart.yaml and a v2 chart in requirements.yaml': {
    files: {
      'Chart.yaml': `apiVersion: v1\nname: web\nversion: 0.1.0\n${dependencies('name: part, version: 1.2.3, condition: off')}`,
      'values.yaml': 'off: false\n',
      ...below('charts/part', {
        ...child('part'),
        'requirements.yaml': dependencies('name: none, version: 1.2.3'),
      }),
      'templates/app.yaml': map('app', everything),
    },
  },
  'hooks among objects of one file': {
    files: {
      'Chart.yaml': chart('web'),
      'templates/h.yaml': [
        'pre-install',
        'crd-install',
        'post-install , pre-upgrade',
        '',
        'test',
        '"post-rollback"',
      ]
        .map(
          (hook, index) =>
            `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: h${index}\n  annotations:\n    "helm.sh/hook": ${hook}\n    "helm.sh/hook-weight": "${5 - index}"\n`,
        )
        .join('---\n'),
    },
  },
};
