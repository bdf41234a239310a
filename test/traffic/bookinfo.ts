/** Bookinfo's reviews over two clusters, with the configuration that Istio generates for a proxy. */
import assert from 'node:assert/strict';
import type { ProxyConfig } from '#model/istio-engine.ts';
import type { JsonObject } from '#model/object.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, gateway, meshSettings, service } from './objects.ts';

export const reviews = 'reviews.default.svc.cluster.local';

/** Bookinfo's reviews: v1 on both members, v2 on member2; the Service and the gateway on member1 alone. */
export function bookinfo(): Mesh {
  const v1 = deployment('reviews-v1', { app: 'reviews', version: 'v1' });
  const v2 = deployment('reviews-v2', { app: 'reviews', version: 'v2' }, { replicas: 2 });
  const caller = deployment('productpage-v1', { app: 'productpage' });
  const ingress = deployment('ingress', { istio: 'ingressgateway' });
  const ports = [{ name: 'http2', port: 80, targetPort: 8080 }];
  const entry = service('ingress', { ports, selector: { istio: 'ingressgateway' } });
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1'), cluster('member2')],
    meshes: [meshSettings(['member1', 'member2'])],
    objects: new Map([
      ['mesh1', [gateway('bookinfo', { selector: { istio: 'ingressgateway' } })]],
      ['member1', [service('reviews'), entry, v1, caller, ingress]],
      ['member2', [v1, v2, caller]],
    ]),
    replicasOf: ({ metadata }) => (metadata.name === 'reviews-v2' ? 2 : 1),
  });
  assert(mesh);
  return mesh;
}

function endpoints(mesh: Mesh, name: string, test: (version: string) => boolean): JsonObject {
  const found = [...mesh.pods.values()].filter(
    ({ labels }) => labels['app'] === 'reviews' && test(labels['version'] ?? ''),
  );
  const lbEndpoints = found.map(({ address }) => ({
    endpoint: { address: { socketAddress: { address, portValue: 9080 } } },
  }));
  return { clusterName: name, endpoints: [{ lbEndpoints }] };
}

const connectionManager = (routeConfigName: string): JsonObject => ({
  name: 'envoy.filters.network.http_connection_manager',
  typedConfig: { rds: { routeConfigName } },
});

export function listener(address: string, portValue: number, filter: JsonObject): JsonObject {
  const socketAddress = { address, portValue };
  return {
    name: `${address}_${portValue}`,
    address: { socketAddress },
    filterChains: [{ filters: [filter] }],
  };
}

/** Returns the configuration of a proxy with the given routes on port 8080 of gateways and 9080 of callers. */
export function configOf(
  mesh: Mesh,
  routes: readonly JsonObject[],
  domains: readonly string[] = ['*'],
): ProxyConfig {
  const names = [
    `outbound|9080||${reviews}`,
    `outbound|9080|v2|${reviews}`,
    `outbound|9080|v3|${reviews}`,
  ];
  return {
    id: 'proxy',
    listeners: [
      listener('0.0.0.0', 8080, connectionManager('routes')),
      listener('0.0.0.0', 9080, connectionManager('routes')),
    ],
    routes: [{ name: 'routes', virtualHosts: [{ name: 'all', domains, routes }] }],
    clusters: names.map((name) => ({ name, type: 'EDS' })),
    endpoints: [
      endpoints(mesh, names[0] ?? '', () => true),
      endpoints(mesh, names[1] ?? '', (version) => version === 'v2'),
    ],
  };
}
