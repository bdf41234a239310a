/** The Gateways of the Gateway API that Istio serves. */
import { type KubeObject, keyOf, valueAt } from '#model/object.ts';
import type { Mesh, MeshCluster } from './mesh.ts';
import { selectorOf } from './services.ts';

type Labels = Readonly<Record<string, string>>;

/** The workload of a Gateway. */
export interface GatewayWorkload {
  readonly namespace: string;
  readonly labels: Labels;
  /** The cluster on which it is assumed if no workload has the labels; absent if nothing says which. */
  readonly cluster: string;
  /** Name of the workload if Istio deploys it. */
  readonly name?: string;
}

const controller = 'istio.io/gateway-controller';
const nameLabel = 'gateway.networking.k8s.io/gateway-name';

/** Reports whether an object is a Gateway of the Gateway API. */
export function isKubernetesGateway({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/');
}

/**
 * Returns the workloads of a Gateway: those behind the Services that its addresses name, or the one that Istio deploys for
 * it; no workloads for a Gateway of another implementation.
 */
export function workloadsOf(mesh: Mesh, gateway: KubeObject): readonly GatewayWorkload[] {
  if (!isServedByIstio(mesh, gateway)) return [];
  const { name, namespace = 'default' } = gateway.metadata;
  if (isDeployed(gateway)) {
    const labels = { [nameLabel]: name };
    return [{ namespace, labels, cluster: mesh.controlPlane, name: deployedName(gateway) }];
  }
  return boundNames(gateway).flatMap((bound) =>
    mesh.clusters.flatMap((cluster) =>
      servicesNamed(cluster, namespace, bound).flatMap((service) => {
        const labels = selectorOf(service);
        return labels === undefined ? [] : [{ namespace, labels, cluster: cluster.name }];
      }),
    ),
  );
}

/**
 * Returns a mesh with the Services that Istio deploys for Gateways, on the cluster of the control plane. They are not among
 * the rendered objects.
 */
export function withDeployedGateways(mesh: Mesh): Mesh {
  const deployed = mesh.config.filter(
    (object) => isKubernetesGateway(object) && isServedByIstio(mesh, object) && isDeployed(object),
  );
  if (deployed.length === 0) return mesh;
  const services = deployed.map(deployedService);
  const clusters = mesh.clusters.map((cluster) => {
    if (cluster.name !== mesh.controlPlane) return cluster;
    const known = new Set(cluster.services.map(keyOf));
    const missing = services.filter((service) => !known.has(keyOf(service)));
    return { ...cluster, services: [...cluster.services, ...missing] };
  });
  return { ...mesh, clusters };
}

/** The class `istio` belongs to Istio's controller if no GatewayClass says otherwise. */
function isServedByIstio({ config }: Mesh, gateway: KubeObject): boolean {
  const name = valueAt(gateway, ['spec', 'gatewayClassName']);
  const known = config.find(
    ({ kind, metadata }) => kind === 'GatewayClass' && metadata.name === name,
  );
  if (known === undefined) return name === 'istio';
  return valueAt(known, ['spec', 'controllerName']) === controller;
}

/** Istio deploys a Gateway unless its address is the name of a Service. */
function isDeployed(gateway: KubeObject): boolean {
  const addresses = addressesOf(gateway);
  if (addresses.length !== 1) return addresses.length === 0;
  return (valueAt(addresses[0], ['type']) ?? 'IPAddress') === 'IPAddress';
}

function addressesOf(gateway: KubeObject): readonly unknown[] {
  const addresses = valueAt(gateway, ['spec', 'addresses']);
  return Array.isArray(addresses) ? addresses : [];
}

function deployedName(gateway: KubeObject): string {
  const { name, annotations = {} } = gateway.metadata;
  const chosen = annotations['gateway.istio.io/name-override'];
  return chosen ?? `${name}-${valueAt(gateway, ['spec', 'gatewayClassName'])}`;
}

function deployedService(gateway: KubeObject, index: number): KubeObject {
  const { name, namespace = 'default' } = gateway.metadata;
  const listeners = valueAt(gateway, ['spec', 'listeners']);
  const numbers = (Array.isArray(listeners) ? listeners : []).map((one) => valueAt(one, ['port']));
  const ports = [...new Set(numbers)].map((port) => ({
    name: `tcp-${port}`,
    port,
    targetPort: port,
  }));
  // Any address will do: no route leads to it.
  const clusterIP = `198.18.${Math.floor(index / 256) % 256}.${index % 256}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: deployedName(gateway), namespace },
    spec: { selector: { [nameLabel]: name }, ports, clusterIP, clusterIPs: [clusterIP] },
  };
}

/** Returns the names of the Services that the addresses of a Gateway name. They must be in its namespace. */
function boundNames(gateway: KubeObject): readonly string[] {
  const { namespace = 'default' } = gateway.metadata;
  const suffix = `.${namespace}.svc.cluster.local`;
  return addressesOf(gateway).flatMap((address) => {
    const value = valueAt(address, ['value']);
    if (typeof value !== 'string') return [];
    if (!value.includes('.')) return [value];
    return value.endsWith(suffix) ? [value.slice(0, -suffix.length)] : [];
  });
}

function servicesNamed({ services }: MeshCluster, namespace: string, name: string) {
  return services.filter(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? 'default') === namespace,
  );
}
