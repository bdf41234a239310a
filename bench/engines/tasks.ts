/** Requests for measuring the engines. */
import type { EngineCall } from '#io/engine/call.ts';
import type { FileMap } from '#model/files.ts';
import { bookinfoRequest, gateway } from '#test/io/engine/istio-mesh.ts';

const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.example/web:1}]}
`;

export const smallKustomization: FileMap = new Map([
  ['kustomization.yaml', 'resources: [web.yaml]\nnamePrefix: a-\n'],
  ['web.yaml', deployment('web')],
]);

export const smallChart: FileMap = new Map([
  ['Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
  ['values.yaml', 'replicas: 2\n'],
  ['templates/web.yaml', deployment('{{ .Release.Name }}')],
]);

/** Returns a chart with about 5 MB of output, the size of a monitoring stack with CRDs and dashboards. */
export function largeChart(): FileMap {
  const files = new Map([
    ['Chart.yaml', 'apiVersion: v2\nname: stack\nversion: 1.0.0\n'],
    ['values.yaml', 'labels: {team: a, stage: live}\n'],
    ['templates/_labels.tpl', '{{- define "labels" -}}{{ toYaml .Values.labels }}{{- end -}}'],
  ]);
  for (let index = 0; index < 10; index++) {
    files.set(`crds/kind${index}.yaml`, definition(index));
    files.set(`templates/board${index}.yaml`, boards(index));
    files.set(`boards/board${index}.json`, JSON.stringify({ panels: words(2000) }, null, 1));
  }
  for (let index = 0; index < 80; index++) {
    const metadata = `metadata:\n  name: web-${index}\n  labels: {{- include "labels" . | nindent 4 }}\n`;
    const text = deployment('').replace('metadata: {name: }\n', metadata);
    files.set(`templates/web${index}.yaml`, text);
  }
  return files;
}

function definition(index: number): string {
  const fields = Array.from({ length: 2800 }, (_, field) => [
    `                field${field}:`,
    `                  description: ${words(5).join(' ')}`,
    '                  type: string',
  ]);
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kind${index}s.example.com}
spec:
  group: example.com
  names: {kind: Kind${index}, plural: kind${index}s}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
${fields.flat().join('\n')}
`;
}

function boards(index: number): string {
  return `{{- range $n := until 5 }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: board-${index}-{{ $n }}
data:
  board.json: |- {{- $.Files.Get "boards/board${index}.json" | nindent 4 }}
{{- end }}
`;
}

function words(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `panel ${index}`);
}

/** Returns a request that builds the kustomization in the folder `root` of the files. */
export function kustomizeCall(files: FileMap, root: string): EngineCall {
  return { engine: 'kustomize', name: root, request: { root, ...contents(files) } };
}

/** Returns a request that renders the chart in the files. */
export function helmCall(files: FileMap, name = 'chart'): EngineCall {
  const release = { name: 'web', namespace: 'shop', includeCRDs: true, kubeVersion: 'v1.34.2' };
  return {
    engine: 'helm',
    name,
    request: { ...release, values: {}, apiVersions: [], ...contents(files) },
  };
}

/** Returns one request of `regatta lint` that checks `count` distinct Deployments. */
export function lintCall(count: number): EngineCall {
  const checks = Array.from({ length: count }, (_, index) => {
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] },
    };
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `web-${index}`, namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    };
    return { id: `${index}`, object };
  });
  const request = { release: '1.34', definitions: [], policies: [], namespaces: {}, checks };
  return { engine: 'kubernetes', name: 'lint', request };
}

/** Returns a request for the configuration of a number of proxies, all equal to the gateway of Bookinfo. */
export async function meshCall(proxies: number): Promise<EngineCall> {
  const request = await bookinfoRequest();
  const named = Array.from({ length: proxies }, (_, index) => ({ ...gateway, id: `${index}` }));
  return { engine: 'istio', name: 'mesh', request: { ...request, proxies: named } };
}

function contents(files: FileMap): object {
  const text = [...files].filter(([, content]) => typeof content === 'string');
  const binary = [...files].flatMap(([path, content]) =>
    typeof content === 'string' ? [] : [[path, content.base64]],
  );
  return { files: Object.fromEntries(text), binary: Object.fromEntries(binary) };
}
