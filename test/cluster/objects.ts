/** Manifests that the cluster suites apply. */

export function configMap(name: string, value: string, namespace = 'default'): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { value } };
}

export function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function deployment(
  name: string,
  replicas: number,
  image: string,
  more: Readonly<Record<string, string>> = {},
): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels: { ...labels, ...more } },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image }] } },
    },
  };
}

export function widget(name: string, size: number): object {
  return {
    apiVersion: 'test.regatta.dev/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'default' },
    spec: { size },
  };
}

/** The CustomResourceDefinition of `widget`. */
export const widgetDefinition: object = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.test.regatta.dev' },
  spec: {
    group: 'test.regatta.dev',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};
