import type { IstioCluster, IstioProxy, IstioRequest } from '#model/istio-engine.ts';
import { keyOf } from '#model/object.ts';
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
      ...{ name, controlPlane, trustDomain, localityLoadBalancing },
      ...(Object.keys(networks).length > 0 && { networks }),
    },
    config: mesh.config.map((object) => ({ ref: keyOf(object), object })),
    clusters: mesh.clusters.map(clusterOf),
    proxies,
    ...(analyze && { analyze }),
  };
}

function clusterOf({ region, zone, ...objects }: MeshCluster): IstioCluster {
  return { ...objects, ...(region && { region }), ...(zone && { zone }) };
}
