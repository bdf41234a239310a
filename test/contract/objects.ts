/** Manifests for the contract tests, and the paths of their collections. */
import { at } from '#test/api/reading.ts';

export function configMaps(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`;
}

export function services(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/services`;
}

export function deployments(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}

export function configMap(name: string, data: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** Returns a minimal Deployment with one replica. */
export function deployment(name: string, spec: object = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: podTemplate(name, [{ name: 'main', image: 'registry.example/web:1.0' }]),
      ...spec,
    },
  };
}

export function podTemplate(
  app: string,
  containers: readonly object[],
  spec: object = {},
): { readonly metadata: object; readonly spec: object } {
  return { metadata: { labels: { app } }, spec: { containers, ...spec } };
}

export function service(name: string, ports: readonly object[]): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports },
  };
}

/** Returns the container names in the pod template of a workload. */
export function containersIn(object: unknown): readonly unknown[] {
  const list = at(object, 'spec.template.spec.containers') as readonly unknown[];
  return list.map((container) => at(container, 'name'));
}
