/** Adds a service mesh to the generated fleet: a control plane, a gateway, and a VirtualService for each application. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { JsonObject } from '#model/object.ts';
import type { BenchApp, BenchFleet } from '../fleet.ts';
import { writeFleetRepository } from '../regatta-input.ts';

/** The gateway as `--from` names it. */
export const gatewayCaller = 'cluster-0000/edge/gateway';

/** Writes the fleet, with a gateway, and with a mesh over all of its clusters if it has one. */
export async function writeMeshRepository(
  root: string,
  fleet: BenchFleet,
  hasMesh: boolean,
): Promise<void> {
  await writeFleetRepository(root, fleet);
  await mkdir(join(root, 'templates/mesh'));
  const write = (file: string, objects: readonly JsonObject[]) =>
    writeFile(join(root, file), objects.map((object) => dump(object)).join('---\n'));
  await write('clusters/control.yaml', [controlPlane]);
  await write('templates/mesh/gateway.yaml', gatewayWorkload);
  await write('policies/mesh.yaml', policies);
  if (!hasMesh) return;
  await write('regatta.yaml', [settings]);
  await write('templates/mesh/routes.yaml', [gateway, ...fleet.apps.map(virtualService)]);
}

/** Returns the host of an application outside of the mesh. */
export function hostOf({ name }: Pick<BenchApp, 'name'>): string {
  return `${name}.example.com`;
}

function virtualService(app: BenchApp): JsonObject {
  const host = `${app.name}.${app.namespace}.svc.cluster.local`;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: app.name, namespace: app.namespace },
    spec: {
      hosts: [hostOf(app)],
      gateways: ['edge/public'],
      http: [{ name: 'all', route: [{ destination: { host, port: { number: 80 } } }] }],
    },
  };
}

const settings: JsonObject = {
  apiVersion: 'regatta.dev/v1alpha1',
  kind: 'Fleet',
  spec: { meshes: [{ name: 'mesh', controlPlane: 'control', members: { exclude: ['control'] } }] },
};

const controlPlane: JsonObject = {
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'control' },
  spec: { syncMode: 'Push', taints: [{ key: 'regatta.dev/mesh', effect: 'NoSchedule' }] },
};

const labels = { istio: 'ingressgateway' };

const gateway: JsonObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'edge' },
  spec: {
    selector: labels,
    servers: [{ port: { number: 8080, name: 'http', protocol: 'HTTP' }, hosts: ['*/*'] }],
  },
};

const gatewayWorkload: readonly JsonObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gateway', namespace: 'edge' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'gateway', namespace: 'edge' },
    spec: { selector: labels, ports: [{ name: 'http2', port: 80, targetPort: 8080 }] },
  },
];

const policies: readonly JsonObject[] = [
  {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'gateway', namespace: 'edge' },
    spec: {
      resourceSelectors: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gateway' },
        { apiVersion: 'v1', kind: 'Service', name: 'gateway' },
      ],
      placement: { clusterAffinity: { clusterNames: ['cluster-0000'] } },
    },
  },
  {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'ClusterPropagationPolicy',
    metadata: { name: 'mesh' },
    spec: {
      resourceSelectors: [
        { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
        { apiVersion: 'networking.istio.io/v1', kind: 'Gateway' },
      ],
      placement: {
        clusterAffinity: { clusterNames: ['control'] },
        clusterTolerations: [{ key: 'regatta.dev/mesh', operator: 'Exists' }],
      },
    },
  },
];
