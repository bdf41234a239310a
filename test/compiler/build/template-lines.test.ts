import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findInTemplate } from '#compiler/build/template-lines.ts';

const template = `{{- if .Values.service }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
---
{{- end }}
# The app itself.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "labels" . | nindent 4 }}
    "example.com/part": shop
spec:
  {{- if not .Values.autoscaled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  template:
    spec:
      containers:
      - name: web
        image: {{ .Values.image }}
        env:
        - name: A
          value: a
        - name: B
          value: b
        {{- with .Values.resources }}
        resources:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      - image: {{ .Values.sidecar }}
        name: sidecar
      initContainers:
        - name: wait
          command: [wait]
      volumes: []
`;

/** Kind and path of a field, and its expected position. */
const places: readonly (readonly [kind: string, path: string, want: string])[] = [
  ['Service', '', '2:1'],
  ['Service', 'metadata.name', '5:3'],
  ['Deployment', '', '9:1'],
  ['Deployment', 'kind', '10:1'],
  ['Deployment', 'metadata.name', '12:3'],
  ['Deployment', 'metadata.labels.app', '13:3'],
  ['Deployment', 'metadata.labels.example~com/part', '15:5'],
  ['Deployment', 'spec.replicas', '18:3'],
  ['Deployment', 'spec.template.spec.containers', '22:7'],
  ['Deployment', 'spec.template.spec.containers.0', '23:9'],
  ['Deployment', 'spec.template.spec.containers.0.name', '23:9'],
  ['Deployment', 'spec.template.spec.containers.0.image', '24:9'],
  ['Deployment', 'spec.template.spec.containers.0.env.1.value', '29:11'],
  ['Deployment', 'spec.template.spec.containers.0.env.2.value', '25:9'],
  ['Deployment', 'spec.template.spec.containers.0.resources.limits.cpu', '31:9'],
  ['Deployment', 'spec.template.spec.containers.1.image', '34:9'],
  ['Deployment', 'spec.template.spec.containers.1.name', '35:9'],
  ['Deployment', 'spec.template.spec.initContainers.0.command', '38:11'],
  ['Deployment', 'spec.template.spec.volumes', '39:7'],
  ['Deployment', 'spec.strategy', '16:1'],
  ['ConfigMap', 'data.a', '2:1'],
];

describe('a field of a Helm template', () => {
  for (const [kind, path, want] of places) {
    it(`finds ${path || 'the start'} of the ${kind} in a Helm template at ${want}`, () => {
      const keys = path === '' ? [] : path.split('.').map((key) => key.replaceAll('~', '.'));
      const { line, column } = findInTemplate(template, { kind: kind, index: 0 }, keys);
      assert.equal(`${line}:${column}`, want);
    });
  }

  it('ends the search for a field in any text, even an incomplete one', () => {
    for (const text of ['', '{{', '- - -', 'kind: A', 'kind: A\n- a\nb:', '---\n---\nkind: A\n ']) {
      assert.ok(findInTemplate(text, { kind: 'A', index: 0 }, ['b', '0', 'c']).line >= 1, text);
    }
  });
});
