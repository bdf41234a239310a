/** Which Services a change of rendered objects may concern. */
import { isIstioGroup } from '#model/mesh.ts';
import { gvkOf, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { type Hosts, hostKey } from '../mesh/part.ts';
import { hostLabels, isVirtualService, type Rules, rulesOf } from '../mesh/part-rules.ts';
import { podShape, type ReplicasOf } from '../mesh/pods.ts';
import { selectorOf } from '../mesh/services.ts';

/** An object in two commits, at least one of which has it. */
export interface ObjectChange {
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

/** Reports whether a change may affect traffic: a new image of a workload does not. */
export function mayMoveTraffic({ before, after }: ObjectChange, replicasOf: ReplicasOf): boolean {
  const partOf = (object: KubeObject | undefined) =>
    (object === undefined ? undefined : partIn(object, replicasOf)) ?? null;
  return JSON.stringify(partOf(before)) !== JSON.stringify(partOf(after));
}

/**
 * Returns what a mesh has of an object: the shape of a workload's pods, the labels of a Namespace, which select routes of
 * the Gateway API, or a whole Service or configuration. Returns undefined for other objects, and for a Namespace without labels.
 */
function partIn(object: KubeObject, replicasOf: ReplicasOf): unknown {
  if (isCore(object, 'Namespace')) {
    const { labels = {} } = object.metadata;
    return Object.keys(labels).length === 0 ? undefined : labels;
  }
  const isWhole = isCore(object, 'Service') || isConfig(gvkOf(object).group);
  return podShape(object, replicasOf) ?? (isWhole ? object : undefined);
}

function isCore(object: KubeObject, kind: string): boolean {
  return object.kind === kind && gvkOf(object).group === '';
}

function isConfig(group: string): boolean {
  return isIstioGroup(group) || otherConfigGroups.test(group);
}

/** Groups of the Gateway API, of Services of several clusters, and of EndpointSlices. */
const otherConfigGroups = /^(gateway\.networking\.(x-)?|multicluster\.x-|discovery\.)k8s\.io$/;

/** Returns the Services that changes may concern; undefined if these may be all. */
export function touchedHosts(
  changes: readonly ObjectChange[],
  meshes: readonly Mesh[],
): Hosts | undefined {
  const services = new Map(
    meshes.flatMap(({ clusters }) =>
      clusters.flatMap((cluster) => cluster.services.map((one) => [hostKey(one), one] as const)),
    ),
  );
  const gateways = meshes.flatMap(({ config }) =>
    config.flatMap(({ kind, spec }) => (kind === 'Gateway' ? [valueAt(spec, ['selector'])] : [])),
  );
  const found = new Set<string>();
  for (const object of changes.flatMap(({ before, after }) => [before ?? [], after ?? []].flat())) {
    const hosts = hostsOf(object, [...services.values()], gateways);
    if (hosts === undefined) return undefined;
    for (const host of hosts) found.add(host);
  }
  return found;
}

/** Returns the Services that an object concerns; undefined if these may be all. */
function hostsOf(
  object: KubeObject,
  services: readonly KubeObject[],
  gateways: readonly unknown[],
): readonly string[] | undefined {
  const { group } = gvkOf(object);
  if (isConfig(group)) return hostsNamed(object, services);
  if (isCore(object, 'Service') || isCore(object, 'Namespace')) {
    const { labels = {} } = object.metadata;
    if ('topology.istio.io/network' in labels) return undefined;
    // A mesh with routes of the Gateway API, which the labels of a Namespace select, is compared as a whole.
    return object.kind === 'Service' ? [hostKey(object)] : [];
  }
  const labels = podLabels(object) ?? {};
  // The pods of a gateway decide where all requests start.
  if (gateways.some((selector) => matches(selector, labels))) return undefined;
  const near = services.filter(({ metadata }) => metadata.namespace === object.metadata.namespace);
  return near.filter((service) => matches(selectorOf(service), labels)).map(hostKey);
}

function matches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (typeof selector !== 'object' || selector === null) return false;
  return matchesLabels({ matchLabels: selector as Record<string, string> }, labels);
}

function podLabels(object: KubeObject): Readonly<Record<string, string>> | undefined {
  return podShape(object, () => 0)?.labels;
}

/** What a comparison is about. */
export interface Touched {
  readonly hosts: Hosts;
  readonly changes: readonly ObjectChange[];
}

/** Returns the VirtualServices that changed or lead to the Services, and those of the same hosts, for all meshes together. */
export function touchedRules(meshes: readonly Mesh[], { hosts, changes }: Touched): Rules {
  const changed = changes.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  const config = meshes.map((mesh) => mesh.config);
  const isTouched = (rule: KubeObject) => !namesIn(rule).isDisjointFrom(hosts);
  const rules = [...changed, ...config.flat().filter(isTouched)].filter(isVirtualService);
  const labels = new Set(rules.flatMap(hostLabels));
  return new Set(config.flatMap((one) => [...rulesOf(one, labels)]));
}

/** Returns the Services whose names are in a rule for traffic; undefined for wildcards and other kinds. */
function hostsNamed(
  object: KubeObject,
  services: readonly KubeObject[],
): readonly string[] | undefined {
  if (object.kind !== 'VirtualService' && object.kind !== 'DestinationRule') return undefined;
  const texts = textsIn(object['spec']);
  if (texts.some((text) => text.startsWith('*'))) return undefined;
  const names = namesIn(object);
  return services.map(hostKey).filter((name) => names.has(name));
}

/** Returns every text of an object, read as the host of a Service. */
export function namesIn({ metadata, spec }: KubeObject): Hosts {
  return new Set(textsIn(spec).map((text) => nameIn(text, metadata.namespace ?? 'default')));
}

/** Reads a text as the host of a Service: `reviews`, `reviews.default` or longer. */
function nameIn(text: string, own: string): string {
  const [name = '', namespace = own] = text.split('.');
  return `${name}.${namespace}`;
}

/** Returns all texts in a value. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
