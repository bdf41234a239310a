import { setTimeout as sleep } from 'node:timers/promises';
import type { IstioCluster, IstioConfig, IstioProxy, ProxyConfig } from '#model/istio-engine.ts';
import type { KubeObject } from '#model/object.ts';
import type { Api } from '#test/cluster/api.ts';
import { until } from '#test/until.ts';
import type { Envoy } from '../harness/envoy.ts';
import { meshConfig } from '../harness/istiod.ts';
import { isGateway, type Mesh } from '../harness/mesh.ts';
import type { ConfigDump } from './dumps.ts';

/** Istio's collections in a control plane, below `/apis`. */
const configCollections = [
  'networking.istio.io/v1/virtualservices',
  'networking.istio.io/v1/destinationrules',
  'networking.istio.io/v1/gateways',
  'networking.istio.io/v1/serviceentries',
  'networking.istio.io/v1/sidecars',
  'gateway.networking.k8s.io/v1/gatewayclasses',
  'gateway.networking.k8s.io/v1/gateways',
  'gateway.networking.k8s.io/v1/httproutes',
  'gateway.networking.k8s.io/v1/grpcroutes',
  'gateway.networking.k8s.io/v1/referencegrants',
];

/** Clusters of a mesh. */
interface Clusters {
  readonly controlPlane: string;
  readonly members: readonly string[];
}

/** Records what istiod sends to the proxies that match, and everything from which it computes that. */
export async function recordDump(
  name: string,
  mesh: Mesh,
  { controlPlane, members }: Clusters,
  matches: (envoy: Envoy) => boolean = () => true,
): Promise<ConfigDump> {
  const envoys = mesh.envoys(() => true).filter(matches);
  const proxies: ProxyConfig[] = [];
  for (const envoy of envoys) proxies.push(await wholeConfig(mesh, envoy));
  const names = [...new Set([controlPlane, ...members])];
  const clusters = await Promise.all(names.map((one) => readCluster(mesh.api(one), one)));
  return {
    name,
    request: {
      mesh: { name: 'mesh1', controlPlane, meshConfig },
      config: await readConfig(mesh.api(controlPlane)),
      clusters,
      proxies: envoys.map(proxyOf),
    },
    proxies,
  };
}

/** Returns the configuration of a new Envoy of the same pod: istiod sends later changes in parts. */
async function wholeConfig(mesh: Mesh, old: Envoy): Promise<ProxyConfig> {
  const envoy = await mesh.restart(old);
  // Envoy asks for routes after it has the listeners, and for endpoints after it has the clusters.
  await sleep(1000);
  return until('istiod to have removed the marker', async () => {
    const types = ['Listener', 'RouteConfiguration', 'Cluster', 'ClusterLoadAssignment'];
    const [listeners = [], routes = [], clusters = [], endpoints = []] = await Promise.all(
      types.map((type) => mesh.recorded(envoy, type)),
    );
    const found = { id: envoy.id, listeners, routes, clusters, endpoints };
    return JSON.stringify(found).includes('marker-') ? undefined : found;
  });
}

function proxyOf({ pod, id }: Envoy): IstioProxy {
  const { cluster, namespace, labels, ip, serviceAccount } = pod;
  const type = isGateway(pod) ? 'router' : 'sidecar';
  const metadata = { INTERCEPTION_MODE: 'NONE', ISTIO_VERSION: '1.31.0' };
  return { id, type, cluster, namespace, labels, ip, serviceAccount, metadata } as IstioProxy;
}

async function readConfig(api: Api): Promise<readonly IstioConfig[]> {
  const lists = await Promise.all(
    configCollections.map(async (path) => {
      const objects = await api.list(`/apis/${path}`);
      return objects.map((object) => ({ object, path }));
    }),
  );
  return lists
    .flat()
    .filter(({ object }) => !object.metadata.name.startsWith('marker-'))
    .map(({ object, path }) => {
      const { name, namespace } = object.metadata;
      const kind = kinds.get(path) ?? '';
      const apiVersion = path.split('/').slice(0, 2).join('/');
      return { ref: `${kind} ${namespace}/${name}`, object: essence(kind, apiVersion, object) };
    });
}

const kinds = new Map(
  configCollections.map((path, index) => {
    const names = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar'];
    const routes = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'ReferenceGrant'];
    return [path, [...names, ...routes][index] ?? ''] as const;
  }),
);

async function readCluster(api: Api, name: string): Promise<IstioCluster> {
  const [namespaces = [], services = [], pods = [], endpointSlices = []] = await Promise.all(
    [
      ['v1', 'Namespace', '/api/v1/namespaces'] as const,
      ['v1', 'Service', '/api/v1/services'] as const,
      ['v1', 'Pod', '/api/v1/pods'] as const,
      ['discovery.k8s.io/v1', 'EndpointSlice', '/apis/discovery.k8s.io/v1/endpointslices'] as const,
    ].map(async ([apiVersion, kind, path]) =>
      (await api.list(path)).map((object) => essence(kind, apiVersion, object)),
    ),
  );
  return { name, region: name, zone: 'zone1', namespaces, services, pods, endpointSlices };
}

/** Returns an object of a list, with its kind, which lists leave out, and without bookkeeping. */
function essence(kind: string, apiVersion: string, object: KubeObject): KubeObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  const { managedFields: _managed, uid: _uid, resourceVersion: _version, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept, ...rest };
}
