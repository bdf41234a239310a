/** Charts for the features of Helm, each with the values to render it with. */
import {
  below,
  chart,
  child,
  definition,
  dependencies,
  type FeatureChart,
  map,
} from './chart-parts.ts';
import { subcharts } from './subcharts.ts';

export const featureCharts: Readonly<Record<string, FeatureChart>> = {
  ...subcharts,
  'ignored files': {
    files: {
      'Chart.yaml': chart('web'),
      '.helmignore':
        '# comment\n\n*.bak\nprivate/\n/top.txt\ntemplates/skipped-*.yaml\nnotes/[ab].txt\n',
      'templates/app.yaml': map(
        'app',
        '{{ range $path, $_ := .Files.Glob "**" }}  {{ $path | replace "/" "_" }}: x\n{{ end }}',
      ),
      'templates/skipped-1.yaml': map('skipped', '  a: b'),
      'templates/.hidden.yaml': map('hidden', '  a: b'),
      'templates/gone.bak': map('gone', '  a: b'),
      'private/key.txt': 'secret',
      'deep/private/key.txt': 'secret',
      'top.txt': 'top',
      'deep/top.txt': 'top',
      'notes/a.txt': 'a',
      'notes/c.txt': 'c',
      'a-b.txt': 'x',
      'a/b.txt': 'x',
    },
  },
  'files of all sorts': {
    files: {
      'Chart.yaml': chart('web'),
      'config/a.conf': 'one\ntwo: 2\n',
      'config/b.conf': '\uFEFFwith a mark\r\nand returns\r\n',
      'logo.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255, 254]),
      'templates/app.yaml': [
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:',
        '{{ (.Files.Glob "config/*").AsConfig | indent 2 }}',
        '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:',
        '{{ (.Files.Glob "config/*").AsSecrets | indent 2 }}',
        '  logo: {{ .Files.Get "logo.png" | b64enc }}\n  none: {{ .Files.Get "no.txt" | quote }}',
        '  lines: "{{ range .Files.Lines "config/a.conf" }}{{ . }}|{{ end }}"\n',
      ].join('\n'),
    },
  },
  'lookup and names of hosts': {
    files: {
      'Chart.yaml': chart('web'),
      'templates/app.yaml': map(
        'app',
        '  found: {{ lookup "v1" "Secret" "x" "y" | toJson | quote }}\n  host: {{ getHostByName "localhost" | quote }}\n  {{- if not (lookup "v1" "Namespace" "" "") }}\n  none: "true"\n  {{- end }}',
      ),
    },
  },
  notes: {
    files: {
      'Chart.yaml': chart('web'),
      ...below('charts/part', { ...child('part'), 'templates/NOTES.txt': 'a: [\n' }),
      'templates/NOTES.txt': 'Thank you for {{ .Release.Name }}: [\n',
      'templates/sub/NOTES.txt': '{{ .Values.none }}: {\n',
      'templates/app.yaml': map('app', '  a: b'),
    },
  },
  'hooks by weight and kind': {
    files: {
      'Chart.yaml': chart('web'),
      'templates/hooks.yaml': [
        ...['5 pre-install,post-upgrade Job b', '-1 pre-install Job a', '0 test Pod t'],
        ...['x post-delete ServiceAccount s', '1 no-such-hook Job n', '0 test-success Pod u'],
      ]
        .map((line) => line.split(' '))
        .map(
          ([weight, hook, kind, name]) =>
            `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: ${hook}\n    helm.sh/hook-weight: "${weight}"\n    helm.sh/hook-delete-policy: hook-succeeded`,
        )
        .join('\n---\n'),
      'templates/app.yaml': map('app', '  a: b'),
    },
  },
  'definitions of custom resources': {
    files: {
      'Chart.yaml': chart('web'),
      'crds/b.yaml': `# comment\n${definition('Beta')}---\n${definition('Gamma')}`,
      'crds/a.yml': definition('Alpha'),
      'crds/deep/c.JSON':
        '{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}',
      'crds/readme.txt': 'not a definition',
      ...below('charts/part', { ...child('part'), 'crds/z.yaml': definition('Zeta') }),
      'templates/app.yaml': map('app', '  a: {{ .Files.Get "crds/a.yml" | sha256sum }}'),
    },
  },
  'the order of kinds and documents': {
    files: {
      'Chart.yaml': chart('web'),
      'templates/z.yaml': [
        ...['Deployment', 'Service', 'NoSuchKind', 'Namespace', 'ClusterRole', 'Secret', 'Job'],
        ...['PodDisruptionBudget', 'Role', 'CustomResourceDefinition', 'IngressClass', 'Ingress'],
      ]
        .map((kind) => `---\n# about ${kind}\napiVersion: v1\nkind: ${kind}\nmetadata: {name: z}\n`)
        .join(''),
      'templates/a.yaml':
        '\n\n---\n---\n# nothing but a comment\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n---   \napiVersion: v1\nkind: Service\nmetadata: {name: b}\ndata: |\n  text\n   --- inside\n',
      'templates/empty.yaml': '{{ if false }}\nkind: X\n{{ end }}\n',
      'templates/text.txt': 'apiVersion: v1\nkind: Printed\n',
      'templates/deep/er/x.yaml': map('deep', '  a: b'),
    },
  },
  capabilities: {
    files: {
      'Chart.yaml': chart('web', 'kubeVersion: ">=1.20.0-0 <2.0.0"\n'),
      'templates/app.yaml': map(
        'app',
        [
          '  version: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Major }}/{{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion.GitVersion }}',
          '  helm: {{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.HelmVersion.GitCommit }} {{ .Capabilities.HelmVersion.GoVersion }} {{ .Capabilities.HelmVersion | toJson | quote }}',
          '  apis: {{ .Capabilities.APIVersions | join "," }}',
          '  has: {{ .Capabilities.APIVersions.Has "example.com/v1/Thing" }} {{ .Capabilities.APIVersions.Has "policy/v1beta1" }}',
          '  newer: {{ semverCompare ">=1.31-0" .Capabilities.KubeVersion.Version }}',
        ].join('\n'),
      ),
    },
    kubeVersion: 'v1.31.4-gke.1245000',
    apiVersions: ['example.com/v1', 'example.com/v1/Thing'],
  },
  'numbers, quotes and other YAML': {
    files: {
      'Chart.yaml': chart('web'),
      'values.yaml':
        'big: 9007199254740993\nport: 8080\nmillion: 1000000\nhuge: 12345678901\nfloat: 1.50\noctal: 0755\nyes: yes\nstring: "08"\ndate: 2024-01-02\nmulti: |\n  one\n  two\nanchor: &a {x: 1}\nalias: *a\nempty: ""\n---\nsecond: document\nport: 8081\n',
      'templates/app.yaml': map(
        'app',
        '{{- range $key, $value := .Values }}\n  {{ $key }}: {{ $value | quote }}\n{{- end }}\n  yaml: |\n    {{- toYaml .Values | nindent 4 }}\n  pretty: |\n    {{- toYamlPretty .Values.anchor | nindent 4 }}\n  toml: {{ toToml (dict "a" 1 "b" (list 1 2)) | quote }}\n  json: {{ toRawJson (dict "a" "<b>") | quote }}',
      ),
    },
    values: { port: 9090, ratio: 0.1, on: true, list: [1, 'two', { three: 3.5 }] },
  },
  'tpl, include and functions of sprig': {
    files: {
      'Chart.yaml': chart('web', 'annotations: {"a.b/c": d}\nkeywords: [x]\n'),
      'values.yaml': 'text: "{{ .Release.Name }}-{{ include \\"name\\" . | upper }}"\n',
      'templates/_h.tpl':
        '{{ define "name" }}{{ .Chart.Name | trunc 63 | trimSuffix "-" }}{{ end }}',
      'templates/app.yaml': map(
        'app',
        [
          '  tpl: {{ tpl .Values.text . }}',
          '  release: {{ .Release | toJson | quote }}\n  chart: {{ .Chart | toJson | quote }}',
          '  sum: {{ include (print $.Template.BasePath "/other.yaml") . | sha256sum }}',
          '  date: {{ toDate "2006-01-02" "2020-02-03" | date "Jan 2" }}',
          '  regex: {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1" }} {{ semver "1.2.3-b+c" | toString }}',
          '  default: {{ coalesce .Values.none nil "x" }} {{ ternary "a" "b" (eq 1 1) }} {{ default 5 0 }}',
          '  derived: {{ derivePassword 1 "long" "password" "user" "example.com" }}',
          '  lists: {{ list 3 1 2 | sortAlpha | join "," }} {{ range $i, $e := until 3 }}{{ $i }}{{ end }}',
          '  merged: {{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson | quote }}',
          '  url: {{ (urlParse "https://u:p@h:1/p?q=1#f").host }}',
        ].join('\n'),
      ),
      'templates/other.yaml': map('other', '  a: {{ $.Values.none | quote }}{{ $.Values.no }}'),
    },
  },
  'a chart of the first API version': {
    files: {
      'Chart.yaml': 'name: web\nversion: 0.1.0\n',
      'requirements.yaml': dependencies('name: part, version: 1.2.3, alias: renamed'),
      'requirements.lock': 'dependencies: []\ndigest: x\n',
      ...below('charts/part', child('part')),
      'charts/_unused/Chart.yaml': 'name: [',
      'charts/part-1.2.3.tgz.prov': 'signature',
      'templates/app.yaml': map(
        'app',
        '{{ range $path, $_ := .Files.Glob "**" }}  {{ $path | replace "/" "_" }}: x\n{{ end }}',
      ),
    },
  },
  'windows line ends and marks of byte order': {
    files: {
      'Chart.yaml': `\uFEFF${chart('web')}`.replaceAll('\n', '\r\n'),
      'values.yaml': '\uFEFFa: 1\r\n',
      'templates/app.yaml': `\uFEFF${map('app', '  a: {{ .Values.a | quote }}')}`.replaceAll(
        '\n',
        '\r\n',
      ),
      'templates/b.yaml': `${map('b', '  a: |\r\n    x\r\n')}---\r\n${map('c', '  a: b')}`,
    },
  },
  'values that match a schema': {
    files: {
      'Chart.yaml': chart('web', dependencies('name: part, version: 1.2.3')),
      'values.yaml': 'replicas: 2\n',
      'values.schema.json':
        '{"$schema": "https://json-schema.org/draft-07/schema#", "type": "object", "definitions": {"count": {"type": "integer", "minimum": 1}}, "properties": {"replicas": {"$ref": "#/definitions/count"}}}',
      ...below('charts/part', { ...child('part'), 'values.schema.json': '{"required": ["from"]}' }),
      'templates/app.yaml': map('app', '  a: {{ .Values.replicas | quote }}'),
    },
    values: { replicas: 3 },
  },
};
