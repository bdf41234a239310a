import type { Cluster } from '#model/cluster.ts';
import {
  defaultLocalityLoadBalancing,
  defaultTrustDomain,
  isIstioGroup,
  type MeshSettings,
} from '#model/mesh.ts';
import { byText, gvkOf, type KubeObject, keyOf } from '#model/object.ts';
import { matchesCluster } from '#model/selector.ts';
import { Addresses } from './addresses.ts';
import { endpointSlicesOf } from './endpoints.ts';
import type { Mesh, MeshCluster, MeshPod } from './mesh.ts';
import { podsOf, type ReplicasOf } from './pods.ts';
import { servicesOf } from './services.ts';

/** The rendered output of a fleet. */
export interface RenderedFleetObjects {
  readonly clusters: readonly Cluster[];
  /** `spec.meshes` of regatta.yaml. */
  readonly meshes: readonly MeshSettings[];
  /** Rendered objects by cluster. */
  readonly objects: ReadonlyMap<string, readonly KubeObject[]>;
  readonly replicasOf: ReplicasOf;
}

const gatewayGroups = /^gateway\.networking\.(x-)?k8s\.io$/;

/** Reports whether an object configures a mesh: an object of Istio's groups or of the Gateway API. */
function isMeshConfig(object: KubeObject): boolean {
  return isOfIstio(object) || gatewayGroups.test(gvkOf(object).group);
}

/** Reports whether an object is of Istio's groups. Those of the Gateway API may belong to another implementation. */
function isOfIstio(object: KubeObject): boolean {
  return isIstioGroup(gvkOf(object).group);
}

/**
 * Returns the meshes of a fleet, ordered by name. Each cluster that no mesh of the settings has, and that gets Istio's
 * kinds, is a mesh of its own.
 */
export function meshesOf(fleet: RenderedFleetObjects): readonly Mesh[] {
  const declared = fleet.meshes.map((settings) => declaredMesh(settings, fleet));
  const taken = new Set(declared.flatMap(({ clusters }) => clusters.map(({ name }) => name)));
  const others = fleet.clusters
    .map(({ metadata }) => metadata.name)
    .filter((name) => !taken.has(name) && (fleet.objects.get(name) ?? []).some(isOfIstio))
    .map((name) => meshOf({ ...lonely, name, controlPlane: name }, [name], fleet));
  return [...declared, ...others].sort((a, b) => byText(a.name, b.name));
}

const lonely = {
  trustDomain: defaultTrustDomain,
  networks: {},
  localityLoadBalancing: defaultLocalityLoadBalancing,
};

type Rules = Omit<MeshSettings, 'members'>;

function declaredMesh(settings: MeshSettings, fleet: RenderedFleetObjects): Mesh {
  const members = fleet.clusters
    .filter((cluster) => matchesCluster(settings.members, cluster))
    .map(({ metadata }) => metadata.name);
  return meshOf(settings, members, fleet);
}

function meshOf(rules: Rules, members: readonly string[], fleet: RenderedFleetObjects): Mesh {
  const { name, controlPlane, trustDomain, networks, localityLoadBalancing } = rules;
  const pods = new Map<string, MeshPod>();
  const addresses = new Addresses();
  const names = [...new Set([...members, controlPlane])].sort(byText);
  const clusters = names.map((cluster) => meshCluster(cluster, { addresses, pods }, fleet));
  const config = (fleet.objects.get(controlPlane) ?? []).filter(isMeshConfig);
  return {
    name,
    controlPlane,
    trustDomain,
    networks,
    localityLoadBalancing,
    config: byKey(config),
    clusters,
    members: members.toSorted(byText),
    pods,
  };
}

/** Returns objects ordered by key. */
function byKey(objects: readonly KubeObject[]): readonly KubeObject[] {
  const keyed = objects.map((object) => ({ object, key: keyOf(object) }));
  return keyed.sort((a, b) => byText(a.key, b.key)).map(({ object }) => object);
}

interface Made {
  readonly addresses: Addresses;
  readonly pods: Map<string, MeshPod>;
}

function meshCluster(
  name: string,
  { addresses, pods }: Made,
  { clusters, objects, replicasOf }: RenderedFleetObjects,
): MeshCluster {
  const cluster = clusters.find(({ metadata }) => metadata.name === name);
  const all = byKey(objects.get(name) ?? []);
  const isOf = (apiVersion: RegExp, kind: string) =>
    all.filter((object) => object.kind === kind && apiVersion.test(object.apiVersion));
  const own = podsOf(all, { cluster: name, addresses, replicasOf });
  for (const { pod } of own) pods.set(pod.address, pod);
  const services = servicesOf(isOf(/^v1$/, 'Service'), addresses);
  return {
    name,
    region: cluster?.spec.region || undefined,
    zone: cluster?.spec.zones[0],
    namespaces: namespacesOf(all, isOf(/^v1$/, 'Namespace')),
    services,
    pods: own.map(({ object }) => object),
    deployments: isOf(/^apps\/v1$/, 'Deployment'),
    endpointSlices: [
      ...endpointSlicesOf(services, own),
      ...isOf(/^discovery\.k8s\.io\//, 'EndpointSlice'),
    ],
    serviceExports: isOf(/^multicluster\.x-k8s\.io\//, 'ServiceExport'),
    serviceImports: isOf(/^multicluster\.x-k8s\.io\//, 'ServiceImport'),
  };
}

/** Returns the rendered Namespaces, and one for each other namespace that an object is in. */
function namespacesOf(
  objects: readonly KubeObject[],
  rendered: readonly KubeObject[],
): readonly KubeObject[] {
  const known = new Set(rendered.map(({ metadata }) => metadata.name));
  const used = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const implied = [...used]
    .filter((name) => !known.has(name))
    .sort(byText)
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  return [...rendered, ...implied];
}
