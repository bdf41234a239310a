/** Clusters and rendered objects for tests of meshes. */
import type { Cluster } from '#model/cluster.ts';
import type { MeshSettings } from '#model/mesh.ts';
import type { KubeObject } from '#model/object.ts';

export function cluster(
  name: string,
  {
    region = '',
    zones = [],
  }: { readonly region?: string; readonly zones?: readonly string[] } = {},
): Cluster {
  return {
    ...{ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name } },
    spec: { syncMode: 'Push', provider: '', region, zones, taints: [], resourceModels: [] },
  };
}

export function meshSettings(members: readonly string[]): MeshSettings {
  return {
    ...{ name: 'mesh1', controlPlane: 'mesh1', members: { clusterNames: members } },
    ...{ networks: {}, trustDomain: 'cluster.local', localityLoadBalancing: { enabled: true } },
  };
}

export function service(name: string, spec: object = {}): KubeObject {
  const selector = { app: name };
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' } },
    spec: { selector, ports: [{ name: 'http', port: 9080 }], ...spec },
  };
}

export function deployment(
  name: string,
  labels: Readonly<Record<string, string>>,
  {
    replicas = 1,
    port = { containerPort: 9080 },
  }: { readonly replicas?: number; readonly port?: object } = {},
): KubeObject {
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'app', ports: [port] }] },
  };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'default' } },
    spec: { replicas, template },
  };
}

export function gateway(name: string, spec: object): KubeObject {
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway' },
    ...{ metadata: { name, namespace: 'default' }, spec },
  };
}
