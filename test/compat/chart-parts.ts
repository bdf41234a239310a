/** Types and short forms of the charts for Helm's features. */

export interface FeatureChart {
  /** Text by path; a path that ends in .tgz holds the files of a packaged chart. */
  readonly files: ChartFiles;
  readonly values?: object;
  /** Version of Kubernetes; 1.33 by default. */
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

export interface ChartFiles {
  readonly [path: string]: string | Uint8Array | ChartFiles;
}

export const chart = (name: string, more = ''): string =>
  `apiVersion: v2\nname: ${name}\nversion: 1.2.3\nappVersion: "4.5"\n${more}`;

export const map = (name: string, data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data}\n`;

export const dependencies = (...entries: readonly string[]): string =>
  `dependencies:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`;

export const definition = (kind: string): string =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${kind.toLowerCase()}s.example.com\nspec: {group: example.com}\n`;

export const child = (name: string, values = 'from: child\n'): ChartFiles => ({
  'Chart.yaml': chart(name),
  'values.yaml': values,
  'templates/a.yaml': map(
    `{{ .Release.Name }}-{{ .Chart.Name }}`,
    '  values: {{ toJson .Values | quote }}\n  path: {{ .Template.BasePath }} {{ .Template.Name }}',
  ),
});

export const below = (folder: string, files: ChartFiles): ChartFiles =>
  Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]),
  );
