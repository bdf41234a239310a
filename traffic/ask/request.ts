import type { IstioCluster, IstioProxy, IstioRequest } from '#model/istio-engine.ts';
import { keyOf } from '#model/object.ts';
import { withGatewayApiDefaults } from '../mesh/gateway-api-defaults.ts';
import type { Mesh, MeshCluster } from '../mesh/mesh.ts';

/** Returns the question to Istio about a mesh. The reference of each configuration object is its key. */
export function istioRequest(
  mesh: Mesh,
  proxies: readonly IstioProxy[],
  { analyze = false }: { readonly analyze?: boolean } = {},
): IstioRequest {
  const { name, controlPlane, trustDomain, networks, localityLoadBalancing } = mesh;
  return {
    mesh: {
      name,
      controlPlane,
      trustDomain,
      localityLoadBalancing,
      ...(Object.keys(networks).length > 0 && { networks }),
    },
    config: mesh.config.map((object) => ({
      ref: keyOf(object),
      object: withGatewayApiDefaults(object),
    })),
    clusters: mesh.clusters.map((cluster) => clusterOf(cluster, analyze)),
    proxies,
    ...(analyze && { analyze }),
  };
}

/** The engine takes Deployments, which only analyzers read, among the pods. */
function clusterOf(
  { region, zone, deployments, pods, ...objects }: MeshCluster,
  analyze: boolean,
): IstioCluster {
  return {
    ...objects,
    pods: analyze ? [...pods, ...deployments] : pods,
    ...(region && { region }),
    ...(zone && { zone }),
  };
}
